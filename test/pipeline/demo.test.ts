import { expect, test } from 'vitest';

import type { Alert } from '../../services/api/schemas/alert.ts';
import type { HeardMeterItem } from '../../services/api/schemas/discovery.ts';
import type { Health } from '../../services/api/schemas/health.ts';
import type { Institution, QuotaProgress, StandbyDay } from '../../services/api/schemas/institution.ts';
import type { Meter } from '../../services/api/schemas/meter.ts';
import type { Overview } from '../../services/api/schemas/overview.ts';
import type { QuarantineSummary } from '../../services/api/schemas/quarantine.ts';
import type { Report, ReportItem } from '../../services/api/schemas/report.ts';
import type { InstitutionUsageItem, MeterUsageItem } from '../../services/api/schemas/usage.ts';
import type { ApiClient } from '../support/api-client.ts';
import { startPlatform, type RunningPlatform } from '../support/start-platform.ts';
import { tempFolder } from '../support/temp-folder.ts';

const DEMO_PASSWORD = 'demo-password';
const READY_WITHIN_MS = 240_000;
const DAY_MS = 86_400_000;
const RULES = ['quota', 'off-hours', 'thermostat'] as const;
const CITY = '150200';

test.each([
  { clockStart: '2026-01-02T10:00:00+08:00', again: '2026-01-02T13:00:00+08:00' },
  { clockStart: '2026-05-15T10:00:00+08:00', again: undefined },
  { clockStart: '2026-10-10T10:00:00+08:00', again: undefined },
])('the demonstration is ready at $clockStart: charts, alerts, reports', async ({ clockStart, again }) => {
  const folder = await tempFolder();
  const { platform, counters } = await startDemo(folder, clockStart);
  const api = await platform.logIn('admin', DEMO_PASSWORD);
  const institutions = await api.items<Institution>('/institutions');
  const meters = await api.items<Meter>('/meters');
  // A part that fails is not ready, whatever figures it made before.
  expect(await api.get<Health>('/health')).toMatchObject({ status: 'ok' });
  expect(institutions.length).toBeGreaterThanOrEqual(12);
  expect(meters.length).toBeGreaterThanOrEqual(80);

  await expectCharts(api, institutions, Date.parse(clockStart));
  await expectOpenAlerts(api);
  await expectReports(api, institutions, Number(clockStart.slice(0, 4)) - 1);
  await expectEveryFormat(api, meters);
  await expectStrangers(api);
  for (const username of ['bureau', 'agency', 'manager']) {
    const own = await platform.logIn(username, DEMO_PASSWORD);
    expect((await own.items('/institutions')).length).toBeGreaterThan(0);
  }
  const { stored } = await counters();
  expect(stored).toBeGreaterThan(meters.length * 365 * 24 * 0.9);
  await platform.stop('SIGINT');
  if (again !== undefined) await expectToGoOn(folder, again, meters);
});

/** Started again it publishes what is missing, not its history once more. */
async function expectToGoOn(folder: string, clockStart: string, meters: readonly Meter[]): Promise<void> {
  const { platform, counters } = await startDemo(folder, clockStart);
  const api = await platform.logIn('admin', DEMO_PASSWORD);
  expect((await api.items('/meters')).length).toBe(meters.length);
  const { stored, duplicates, conflicts } = await counters();
  // Three hours by quarters of up to three quantities, twice over for the edges and for what is live by now.
  const missing = meters.length * 3 * 3 * 4;
  expect(stored).toBeGreaterThan(0);
  expect(stored + duplicates).toBeLessThan(missing * 2);
  expect(conflicts).toBe(0);
  await expectOpenAlerts(api);
  // One that is killed takes its simulated meters along: they write to the same output.
  await platform.kill();
  await platform.ended;
}

interface RunningDemo {
  platform: RunningPlatform;
  /** Values since this start: stored, found there already, and found there with another value. */
  counters(): Promise<{ stored: number; duplicates: number; conflicts: number }>;
}

async function startDemo(folder: string, clockStart: string): Promise<RunningDemo> {
  const settings = { CLOCK_START: clockStart, USAGE_PERIOD_MS: '', FOLLOW_UP_PERIOD_MS: '' };
  const platform = await startPlatform({ folder, command: ['demo'], settings, readyWithinMs: READY_WITHIN_MS });
  const [, seconds] = await platform.said(/Ready after (\d+) s/, READY_WITHIN_MS);
  console.log(`demonstration at ${clockStart}: ready after ${seconds} s`);
  return {
    platform,
    counters: async () => {
      const metrics = await (await fetch(`${platform.url}/metrics`)).text();
      const counter = (name: string): number =>
        Number(new RegExp(`^jieneng_readings_${name}_total (\\d+)`, 'm').exec(metrics)?.[1]);
      return { stored: counter('stored'), duplicates: counter('duplicate'), conflicts: counter('conflict') };
    },
  };
}

/** What the pages draw: the overview, and of each institution its use, standby days and quotas. */
async function expectCharts(api: ApiClient, institutions: readonly Institution[], nowMs: number): Promise<void> {
  const overview = await api.get<Overview>('/overview');
  expect(overview.institutions).toBe(institutions.length);
  expect(overview.ranking).toHaveLength(institutions.length);
  expect(overview.media.map(({ medium }) => medium)).toEqual(expect.arrayContaining(['electricity', 'water', 'heat']));
  expect(overview.media.every(({ used, lastYear }) => (used ?? 0) > 0 && (lastYear ?? 0) > 0)).toBe(true);
  expect(overview.quotas.length).toBeGreaterThan(0);
  expect(overview.byType.length).toBeGreaterThan(1);
  expect(overview.reports).toMatchObject({ made: overview.reports.expected });

  const today = startOfDay(nowMs);
  for (const { id } of institutions) {
    const yesterday = `from=${today - DAY_MS}&to=${today}`;
    const hours = await api.items<InstitutionUsageItem>(
      `/institutions/${id}/usage?${yesterday}&step=1h&medium=electricity`,
    );
    const filled = new Set(hours.filter(({ value }) => (value ?? 0) > 0).map(({ start }) => start));
    expect({ id, hours: filled.size }).toEqual({ id, hours: 24 });
    const days = await api.items<StandbyDay>(`/institutions/${id}/standby?from=${today - 28 * DAY_MS}&to=${today}`);
    const known = days.filter(({ offHoursMeanKw }) => offHoursMeanKw !== null);
    expect({ id, days: days.length, known: known.length > 20 }).toEqual({ id, days: 28, known: true });
    const quotas = await api.items<QuotaProgress>(`/institutions/${id}/quota`);
    expect(quotas.filter(({ used }) => (used ?? 0) > 0).map(({ institutionId }) => institutionId)).toContain(id);
  }
}

/** Meters of every format that the city speaks have readings, and their usage of yesterday is known. */
async function expectEveryFormat(api: ApiClient, meters: readonly Meter[]): Promise<void> {
  const spoken = new Set(meters.map(({ format }) => format));
  expect(spoken.size).toBeGreaterThanOrEqual(8);
  // One to try things with, and one that people read.
  const silent = meters.filter(({ latest }) => latest === null).map(({ id }) => id);
  expect(silent.sort()).toEqual(['demo-meter', 'kundulun-office-gas']);
  const today = startOfDay(Date.parse(meters.find(({ latest }) => latest !== null)!.latest!.ts));
  for (const format of spoken) {
    const registers = meters.filter(
      (meter) => meter.format === format && meter.medium !== 'temperature' && meter.latest !== null,
    );
    expect(registers.length).toBeGreaterThan(0);
    const days = await Promise.all(
      registers.map(({ id }) =>
        api.items<MeterUsageItem>(`/meters/${id}/usage?from=${today - DAY_MS}&to=${today}&step=1d`),
      ),
    );
    const measured = days.flat().filter(({ value, quality }) => quality === 'measured' && value !== null);
    expect({ format, meters: measured.length }).toEqual({ format, meters: days.length });
  }
}

/** Who speaks without being registered is listed with what it says, and nothing else is in quarantine. */
async function expectStrangers(api: ApiClient): Promise<void> {
  const summary = await api.get<QuarantineSummary>('/quarantine/summary');
  expect(summary.reasons.map(({ reason }) => reason).sort()).toEqual(['unknown-address', 'unknown-meter']);
  const heard = await api.items<HeardMeterItem>('/discovery/meters');
  expect(heard.map(({ name }) => name).sort()).toEqual(['150203880017', 'city-library-water-garden']);
  expect(await api.items('/discovery/collectors')).toMatchObject([{ name: 'donghe-museum-dtu' }]);
}

async function expectOpenAlerts(api: ApiClient): Promise<void> {
  const open: string[] = [];
  for (const rule of RULES) {
    const alerts = await api.items<Alert>(`/alerts?state=open&rule=${rule}`);
    if (alerts.length > 0) open.push(rule);
  }
  expect(open).toEqual([...RULES]);
}

/** Last year's report of every institution and of the city, as a page, as Word and as Excel. */
async function expectReports(api: ApiClient, institutions: readonly Institution[], year: number): Promise<void> {
  const owners = (await api.items<ReportItem>(`/reports?year=${year}`)).map(({ owner }) => owner);
  expect(owners).toEqual(expect.arrayContaining([CITY, ...institutions.map(({ id }) => id)]));
  for (const owner of [CITY, ...institutions.map(({ id }) => id)]) {
    const { figures } = await api.get<Report>(`/reports/${year}/${owner}`);
    const electricity = figures.media.find(({ medium }) => medium === 'electricity');
    expect({ owner, months: electricity?.months.filter((month) => (month ?? 0) > 0).length }).toEqual({
      owner,
      months: 12,
    });
    for (const format of ['docx', 'xlsx']) {
      const { bytes, type } = await api.file(`/reports/${year}/${owner}/file.${format}`);
      expect(type).toContain('officedocument');
      // Both are zip archives.
      expect(bytes.subarray(0, 4)).toEqual(Buffer.from('PK\u0003\u0004'));
    }
  }
}

/** Midnight in Asia/Shanghai, which has one offset all year. */
function startOfDay(ms: number): number {
  const offset = 8 * 3_600_000;
  return Math.floor((ms + offset) / DAY_MS) * DAY_MS - offset;
}
