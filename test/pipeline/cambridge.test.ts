import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import type { Alert } from '../../services/api/schemas/alert.ts';
import type { InstitutionUsageItem, MeterUsageItem } from '../../services/api/schemas/usage.ts';
import type { Report, ReportItem } from '../../services/api/schemas/report.ts';
import { replayCsv } from '../../simulators/replay/replay-csv.ts';
import type { ApiClient } from '../support/api-client.ts';
import { startInfluxd } from '../support/influxd.ts';
import { postCollector, postInstitution, postMeter } from '../support/pipeline-registry.ts';
import { startPlatform } from '../support/start-platform.ts';

const DATA = fileURLToPath(new URL('../../../shared/data/cambridge', import.meta.url));
const HAS_DATA = existsSync(DATA);
if (!HAS_DATA) console.warn(`Skipped: the recorded data of four buildings is not at ${DATA}`);

const METERS = [
  { id: 'b4-electricity', file: 'b4_electricity_2018.csv', institution: 'campus', subItem: 'A' },
  { id: 'b8-electricity', file: 'b8_electricity_2018.csv', institution: 'campus', subItem: 'A' },
  { id: 'b23-electricity', file: 'b23_electricity_2018.csv', institution: 'campus', subItem: 'B' },
  { id: 'b104-electricity', file: 'b104_electricity_2018.csv', institution: 'annex', subItem: 'A' },
  { id: 'b4-gas', file: 'b4_gas_2018.csv', institution: 'campus' },
  { id: 'b8-gas', file: 'b8_gas_2018.csv', institution: 'campus' },
  { id: 'b104-gas', file: 'b104_gas_2018.csv', institution: 'annex' },
].map((meter) => ({ ...meter, medium: meter.id.endsWith('gas') ? ('heat' as const) : ('electricity' as const) }));

const INSTITUTIONS = ['campus', 'annex'];
const MEDIA = ['electricity', 'heat'];
const READINGS = 8761;
const GJ_PER_KWH = 0.0036;
const TOLERANCE_KWH = 0.01;
const YEAR = `from=${Date.parse('2018-01-01T00:00:00+08:00')}&to=${Date.parse('2019-01-01T00:00:00+08:00')}`;
/** Drafts of 2018 are due, and an hour of the test changes nothing that is judged. */
const CLOCK_START = '2019-01-05T10:00:00+08:00';
const SOON = { timeout: 120_000, interval: 500 };

/** A platform that has made of the readings what it makes of them, and how many were acknowledged, by meter. */
interface Outcome {
  api: ApiClient;
  readings: Map<string, number>;
}

const ends: (() => Promise<void>)[] = [];
const outcomes = new Map<string, Outcome>();

describe.skipIf(!HAS_DATA)('four buildings of 2018', () => {
  beforeAll(async () => {
    const influxd = await startInfluxd();
    ends.push(() => influxd.stop());
    // Side by side: what one waits for, the other uses.
    const [duckdb, influxdb] = await Promise.all([replayInto({}), replayInto({ INFLUX_URL: influxd.url })]);
    outcomes.set('DuckDB', duckdb);
    outcomes.set('InfluxDB', influxdb);
  }, 240_000);

  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  describe.each(['DuckDB', 'InfluxDB'])('on %s', (store) => {
    test.each(METERS)('$id: 8,761 readings are there', async ({ id }) => {
      const { api, readings } = outcomes.get(store)!;
      expect(readings.get(id)).toBe(READINGS);
      const to = Date.parse('2019-01-01T00:00:01+08:00');
      const stored = await api.items(`/meters/${id}/readings?from=0&to=${to}`);
      expect(stored).toHaveLength(READINGS);
    });

    test.each(METERS)("$id: each day's and month's usage is the recorded sum", async ({ id, file, medium }) => {
      const { api } = outcomes.get(store)!;
      for (const [step, length] of [
        ['1d', 10],
        ['1mo', 7],
      ] as const) {
        const items = await api.items<MeterUsageItem>(`/meters/${id}/usage?${YEAR}&step=${step}`);
        const recorded = recordedSums(file, length);
        expect(items.map(({ start }) => start.slice(0, length))).toEqual([...recorded.keys()]);
        const factor = medium === 'heat' ? GJ_PER_KWH : 1;
        const wrong = items.filter(({ start, value }) => {
          const expected = recorded.get(start.slice(0, length))! * factor;
          return value === null || Math.abs(value - expected) > TOLERANCE_KWH * factor;
        });
        expect(wrong).toEqual([]);
      }
    });

    test.each(INSTITUTIONS)('%s: its sub-items are the sums of their meters', async (institution) => {
      const { api } = outcomes.get(store)!;
      for (const step of ['1h', '1d', '1mo']) {
        const items = await api.items<InstitutionUsageItem>(`/institutions/${institution}/usage?${YEAR}&step=${step}`);
        const own = METERS.filter((meter) => meter.institution === institution);
        const sums = await sumsOfMeters(api, own, step);
        expect(new Map(items.map((item) => [keyOf(item.medium, item.subItem, item.start), micro(item.value)]))).toEqual(
          sums,
        );
      }
    });

    test('the quotas that the recorded sums exceed, and no others, raise their alerts', async () => {
      const { api } = outcomes.get(store)!;
      const alerts = await api.items<Alert>('/alerts?rule=quota');
      const found = alerts.map(({ institution, subject, severity }) => `${institution} ${subject} ${severity}`);
      expect(found.sort()).toEqual(expectedQuotaAlerts().sort());
      const breach = alerts.find(({ subject }) => subject === 'electricity/2018');
      expect(breach).toMatchObject({ institution: 'campus', addressedTo: 'bureau', article: 'Art. 15, 27' });
      expect(Math.abs(breach!.value - yearSum('campus', 'electricity'))).toBeLessThan(TOLERANCE_KWH);
    });

    test("the reports of 2018 carry the recorded sums, and the city's those of both", async () => {
      const { api } = outcomes.get(store)!;
      const { figures } = await api.get<Report>('/reports/2018/150200');
      for (const medium of MEDIA) {
        const total = yearSum('campus', medium) + yearSum('annex', medium);
        const row = figures.media.find((each) => each.medium === medium)!;
        expect(Math.abs(row.total! - total)).toBeLessThan(TOLERANCE_KWH);
      }
    });
  });

  test('both stores give the same usage', async () => {
    for (const { id } of METERS) {
      for (const step of ['1h', '1d', '1mo']) {
        const [one, other] = await fromBoth((api) => api.items(`/meters/${id}/usage?${YEAR}&step=${step}`));
        expect(other).toEqual(one);
      }
    }
    for (const institution of INSTITUTIONS) {
      for (const step of ['1h', '1d', '1mo']) {
        const path = `/institutions/${institution}/usage?${YEAR}&step=${step}`;
        const [one, other] = await fromBoth((api) => api.items(path));
        expect(other).toEqual(one);
      }
      const [one, other] = await fromBoth((api) => api.items(`/institutions/${institution}/standby?${YEAR}`));
      expect(other).toEqual(one);
    }
  });

  test('both stores give the same alerts', async () => {
    const [one, other] = await fromBoth(alertsOf);
    expect(one!.length).toBeGreaterThan(0);
    expect(other).toEqual(one);
  });

  test('both stores give the same report figures', async () => {
    const [one, other] = await fromBoth(reportsOf);
    expect(one!.map(({ owner }) => owner)).toEqual(expect.arrayContaining(['150200', '150203', 'annex', 'campus']));
    expect(other).toEqual(one);
  });
});

/** Replays the seven files through MQTT into a platform of its own, and waits until the reports of 2018 are made. */
async function replayInto(settings: Record<string, string>): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'jieneng-'));
  ends.push(() => rm(folder, { recursive: true, force: true }));
  const platform = await startPlatform({
    folder,
    // Usage is made while readings come in, but not for each message anew.
    settings: { ...settings, CLOCK_START, USAGE_PERIOD_MS: '1000', FOLLOW_UP_PERIOD_MS: '1000' },
    onEnd: (end) => ends.push(end),
  });
  const api = await platform.logIn();
  await postInstitution(api, 'campus', { type: 'school', areaM2: 9516.1, headcount: 400 });
  await postInstitution(api, 'annex', { reportsTo: '150200', areaM2: 3214, headcount: 90 });
  for (const { institution, medium, annualLimit } of quotas()) {
    await api.put(`/institutions/${institution}/quotas/2018/${medium}`, { annualLimit });
  }
  const token = await postCollector(api, 'estate');
  const readings = new Map<string, number>();
  for (const { id, file, medium, institution: institutionId, subItem } of METERS) {
    const registered = { id, institutionId, collectorId: 'estate', medium, expectedIntervalS: 3600 };
    await postMeter(api, { ...registered, ...(subItem === undefined ? {} : { subItem }) });
    const sent = await replayCsv({
      url: platform.mqttUrl,
      collector: 'estate',
      token,
      meter: id,
      file: join(DATA, file),
      column: 1,
      ...(medium === 'heat' ? { unit: 'kWh' } : {}),
    });
    readings.set(id, sent);
  }
  await vi.waitFor(async () => expect(await notYetReported(api)).toEqual([]), SOON);
  return { api, readings };
}

/** What the reports of 2018 lack of the recorded sums, of the alerts that these raise, and of those that there are. */
async function notYetReported(api: ApiClient): Promise<string[]> {
  const missing: string[] = [];
  const alerts = await api.items<Alert>('/alerts');
  if (alerts.filter(({ rule }) => rule === 'quota').length < expectedQuotaAlerts().length) missing.push('quota alerts');
  for (const owner of INSTITUTIONS) {
    const report = await api.get<Report>(`/reports/2018/${owner}`).catch(() => undefined);
    for (const medium of MEDIA) {
      const total = report?.figures.media.find((row) => row.medium === medium)?.total ?? 0;
      if (Math.abs(total - yearSum(owner, medium)) > TOLERANCE_KWH) missing.push(`${medium} of ${owner}`);
    }
    const own = alerts.filter(
      ({ institution, activeSince }) => institution === owner && activeSince.startsWith('2018'),
    );
    const reported = (report?.figures.alerts ?? []).reduce((sum, row) => sum + row.raised, 0);
    if (reported !== own.length) missing.push(`alerts in the report of ${owner}`);
  }
  return missing;
}

/** Amounts of the recorded hours by day (10 characters of the time) or month (7). */
function recordedSums(file: string, length: number): Map<string, number> {
  const sums = new Map<string, number>();
  const [, ...lines] = readFileSync(join(DATA, file), 'utf8').trim().split(/\r?\n/);
  for (const line of lines) {
    const [time = '', amount] = line.split(',');
    const period = time.slice(0, length);
    sums.set(period, (sums.get(period) ?? 0) + Number(amount));
  }
  return sums;
}

/** In the canonical unit. */
function monthSums(institution: string, medium: string): number[] {
  const files = METERS.filter((meter) => meter.institution === institution && meter.medium === medium);
  const byMonth = files.map(({ file }) => [...recordedSums(file, 7).values()]);
  const factor = medium === 'heat' ? GJ_PER_KWH : 1;
  return Array.from({ length: 12 }, (_, month) => byMonth.reduce((sum, months) => sum + months[month]! * factor, 0));
}

function yearSum(institution: string, medium: string): number {
  return monthSums(institution, medium).reduce((sum, month) => sum + month, 0);
}

/** A warning from 80 % of a year's or month's quota on, critical from 100 % on. */
function expectedQuotaAlerts(): string[] {
  return quotas().flatMap(({ institution, medium, annualLimit }) => {
    const months = monthSums(institution, medium).map((used, month) => ({
      subject: `${medium}/2018-${String(month + 1).padStart(2, '0')}`,
      ratio: used / (annualLimit / 12),
    }));
    return [{ subject: `${medium}/2018`, ratio: yearSum(institution, medium) / annualLimit }, ...months]
      .filter(({ ratio }) => ratio >= 0.8)
      .map(({ subject, ratio }) => `${institution} ${subject} ${ratio >= 1 ? 'critical' : 'warning'}`);
  });
}

/** Quotas in equal months so that a year's breach, a year's warning and months of both kinds occur. */
function quotas(): { institution: string; medium: string; annualLimit: number }[] {
  return [
    { institution: 'campus', medium: 'electricity', share: 0.9 },
    { institution: 'campus', medium: 'heat', share: 1.2 },
    { institution: 'annex', medium: 'electricity', share: 2 },
  ].map(({ share, ...quota }) => ({
    ...quota,
    annualLimit: Math.round(yearSum(quota.institution, quota.medium) * share),
  }));
}

/** Micro-units of the meters' usage by medium, sub-item and start. */
async function sumsOfMeters(
  api: ApiClient,
  meters: readonly { id: string; medium: string; subItem?: string }[],
  step: string,
): Promise<Map<string, number>> {
  const sums = new Map<string, number>();
  for (const { id, medium, subItem } of meters) {
    for (const item of await api.items<MeterUsageItem>(`/meters/${id}/usage?${YEAR}&step=${step}`)) {
      const key = keyOf(medium, subItem ?? null, item.start);
      sums.set(key, (sums.get(key) ?? 0) + micro(item.value));
    }
  }
  return sums;
}

function keyOf(medium: string, subItem: string | null, start: string): string {
  return `${medium} ${subItem ?? '-'} ${start}`;
}

function micro(value: number | null): number {
  return Math.round((value ?? Number.NaN) * 1e6);
}

function alertsOf(api: ApiClient): Promise<Alert[]> {
  return api.items<Alert>('/alerts');
}

async function reportsOf(api: ApiClient): Promise<Omit<Report, 'madeAt'>[]> {
  const reports: Omit<Report, 'madeAt'>[] = [];
  for (const { owner } of await api.items<ReportItem>('/reports?year=2018')) {
    const { madeAt: _, ...report } = await api.get<Report>(`/reports/2018/${owner}`);
    reports.push(report);
  }
  return reports;
}

function fromBoth<T>(ask: (api: ApiClient) => Promise<T>): Promise<T[]> {
  return Promise.all(['DuckDB', 'InfluxDB'].map((store) => ask(outcomes.get(store)!.api)));
}
