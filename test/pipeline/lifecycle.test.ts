import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

import mqtt from 'mqtt';
import { expect, onTestFinished, test } from 'vitest';

import type { Alert } from '../../services/api/schemas/alert.ts';
import type { Health } from '../../services/api/schemas/health.ts';
import type { Report, ReportItem } from '../../services/api/schemas/report.ts';
import { openSqlite } from '../../storage/relational/sqlite/open-sqlite.ts';
import { openDuckdbStore } from '../../storage/series/duckdb/open-duckdb-store.ts';
import type { ApiClient } from '../support/api-client.ts';
import { startInfluxd } from '../support/influxd.ts';
import { startMeterLoad } from '../support/meter-load.ts';
import { postCollector, postInstitution, postMeter } from '../support/pipeline-registry.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { launchPlatform, startPlatform, type Ended, type RunningPlatform } from '../support/start-platform.ts';
import { tempFolder } from '../support/temp-folder.ts';

const SOON = { timeout: 60_000, interval: 150 };
const HOUR_MS = 3_600_000;
const QUIET = '2026-11-20T12:00:00+08:00';

test('a second process on the same folder exits with 1 and says who holds it', async () => {
  const folder = await tempFolder();
  const first = await startPlatform({ folder });
  for (const command of ['start', 'rebuild']) {
    const ended = await launchPlatform({ folder, command: [command] }).ended;
    expect(oneSentence(ended)).toContain(`in use by process ${first.pid}`);
    expect(ended.stderr).toContain(folder);
  }
  await first.logIn();
  await first.stop();
});

test.each([
  ['HTTP', 'PORT'],
  ['MQTT', 'MQTT_PORT'],
])('a busy %s port is one sentence that names the setting, and exit 1', async (protocol, setting) => {
  const folder = await tempFolder();
  const port = await busyPort();
  const ended = await launchPlatform({ folder, settings: { [setting]: String(port) } }).ended;
  expect(oneSentence(ended)).toBe(`Port ${port} (${protocol}) is in use; set ${setting} to a free one`);
  // It has let go of the folder.
  expect(existsSync(join(folder, 'held-by.json'))).toBe(false);
  await (await startPlatform({ folder })).stop();
});

test('settings that cannot be used are named, each with what it takes, and exit 1', async () => {
  const settings = { PORT: 'eighty', ADMIN_PASSWORD: 'short', INFLUX_URL: 'influx', TIME_ZONE: 'Mars/Olympus' };
  const folder = join(await tempFolder(), 'never-made');
  const ended = await launchPlatform({ folder, settings }).ended;
  expect(ended.code).toBe(1);
  for (const name of Object.keys(settings)) expect(ended.stderr).toMatch(new RegExp(`^  ${name}: `, 'm'));
  expect(ended.stderr.trim().split('\n')).toHaveLength(1 + Object.keys(settings).length);
  expect(existsSync(folder)).toBe(false);
});

test('SIGTERM under load: exit 0 within seconds, and what was acknowledged is readable', async () => {
  const folder = await tempFolder();
  const settings = { CLOCK_START: QUIET };
  const platform = await startPlatform({ folder, settings });
  const meters = await registerMeters(await platform.logIn(), ['m1', 'm2']);
  const startMs = Date.parse('2026-06-01T00:00:00+08:00');
  const load = startMeterLoad(platform.mqttUrl, meters, { startMs, stepMs: 60_000, random: seededRandom(15) });
  await load.acknowledgedMore(3000);
  const askedMs = performance.now();
  await platform.stop('SIGTERM');
  expect(performance.now() - askedMs).toBeLessThan(15_000);
  await load.abandon();
  expect(existsSync(join(folder, 'held-by.json'))).toBe(false);

  const again = await startPlatform({ folder, settings });
  const api = await again.logIn();
  for (const { meter } of meters) {
    const acknowledged = load.acknowledged.get(meter)!;
    expect(acknowledged.size).toBeGreaterThan(500);
    await expect
      .poll(async () => {
        const readable = await readingsOf(api, meter);
        return [...acknowledged].filter(([ts, total]) => readable.get(ts) !== total);
      }, SOON)
      .toEqual([]);
  }
  await again.stop();
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s while it starts: it ends in order, and starts the next time',
  async (signal) => {
    const folder = await tempFolder();
    const starting = launchPlatform({ folder });
    await expect.poll(() => existsSync(join(folder, 'held-by.json')), { ...SOON, interval: 5 }).toBe(true);
    starting.signal(signal);
    const ended = await starting.ended;
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: '' });
    const platform = await startPlatform({ folder });
    await platform.logIn();
    await platform.stop('SIGINT');
  },
);

test.each([
  ['a killed process', undefined],
  ['a process whose id another one has now', JSON.stringify({ pid: process.pid, started: '1', since: '' })],
  ['nobody that can be read', '{"pid":'],
])('a folder left held by %s does not block', async (_, left) => {
  const folder = await tempFolder();
  const first = await startPlatform({ folder });
  await first.kill();
  const holdFile = join(folder, 'held-by.json');
  expect(JSON.parse(await readFile(holdFile, 'utf8'))).toMatchObject({ pid: first.pid });
  if (left !== undefined) await writeFile(holdFile, left);
  const next = await startPlatform({ folder });
  await next.logIn();
  await next.stop();
  expect(existsSync(holdFile)).toBe(false);
});

test('rebuild makes usage, alerts and reports from the readings as they were', async () => {
  const folder = await tempFolder();
  const settings = { CLOCK_START: '2026-01-05T10:00:00+08:00' };
  const platform = await startPlatform({ folder, settings });
  const api = await platform.logIn();
  await postInstitution(api, 'office', { areaM2: 1000 });
  await api.put('/institutions/office/quotas/2025/electricity', { annualLimit: 24_000 });
  const [meter] = await registerMeters(api, ['m1'], { institution: 'office', hourly: true });
  await publishYear(platform, meter!);
  // 10 kW day and night from 1 November: 61 days of 2025, 240 kWh each, against 2,000 kWh a month.
  await expect.poll(() => reportedTotal(api), SOON).toBe(61 * 240);
  await expect.poll(async () => (await madeOf(api)).unreported, SOON).toBe(0);
  const before = await madeOf(api);
  expect(before.alerts.map(({ rule, subject }) => `${rule} ${subject}`)).toEqual(
    expect.arrayContaining(['quota electricity/2025-11', 'quota electricity/2025-12', 'off-hours standby']),
  );
  await platform.stop();
  await spoil(folder);

  const rebuild = await launchPlatform({ folder, command: ['rebuild'], settings }).ended;
  expect({ code: rebuild.code, stderr: rebuild.stderr }).toEqual({ code: 0, stderr: '' });
  expect(rebuild.stdout).toContain('made anew');
  // It has stopped by itself and holds nothing; and nothing has to be waited for.
  const again = await startPlatform({ folder, settings });
  expect(await madeOf(await again.logIn())).toEqual(before);
  await again.stop();
});

test('InfluxDB that is down at the start, and again later, loses nothing', async () => {
  const influxd = await startInfluxd();
  onTestFinished(() => influxd.stop());
  await influxd.kill();
  const folder = await tempFolder();
  const settings = { CLOCK_START: QUIET, INFLUX_URL: influxd.url };
  const platform = await startPlatform({ folder, settings });
  const api = await platform.logIn();
  const [meter] = await registerMeters(api, ['m1']);
  const client = await connect(platform, meter!);
  const startMs = Date.parse('2026-11-01T00:00:00+08:00');
  const sent = new Map<number, number>();
  const publish = async (count: number): Promise<void> => {
    const readings = Array.from({ length: count }, (_, n) => ({
      ts: startMs + (sent.size + n) * HOUR_MS,
      total: sent.size + n,
    }));
    await client.publishAsync(`energy/v1/${meter!.collector}/m1/reading`, JSON.stringify(readings), { qos: 1 });
    for (const { ts, total } of readings) sent.set(ts, total);
  };

  await publish(50);
  await expect.poll(async () => (await api.get<Health>('/health')).parts['drain']?.ok, SOON).toBe(false);
  expect(await api.get<Health>('/health')).toMatchObject({ status: 'degraded', parts: { broker: { ok: true } } });
  await influxd.restart();
  await expect.poll(() => readingsOf(api, 'm1').catch(() => undefined), SOON).toEqual(sent);

  await influxd.kill();
  await publish(50);
  // A restart of the platform meanwhile, too.
  await platform.stop();
  const again = await startPlatform({ folder, settings });
  await influxd.restart();
  const apiAgain = await again.logIn();
  await expect.poll(() => readingsOf(apiAgain, 'm1').catch(() => undefined), SOON).toEqual(sent);
  await expect.poll(async () => (await apiAgain.get<Health>('/health')).status, SOON).toBe('ok');
  await again.stop();
});

interface RegisteredMeter {
  meter: string;
  collector: string;
  token: string;
}

async function registerMeters(
  api: ApiClient,
  ids: readonly string[],
  options: { institution?: string; hourly?: boolean } = {},
): Promise<RegisteredMeter[]> {
  const institutionId = options.institution ?? 'somewhere';
  if (options.institution === undefined) await postInstitution(api, institutionId);
  const registered: RegisteredMeter[] = [];
  for (const meter of ids) {
    const collector = `c-${meter}`;
    const token = await postCollector(api, collector);
    const expectedIntervalS = options.hourly === true ? 3600 : 900;
    await postMeter(api, { id: meter, institutionId, collectorId: collector, subItem: 'A', expectedIntervalS });
    registered.push({ meter, collector, token });
  }
  return registered;
}

async function connect(platform: RunningPlatform, { collector, token }: RegisteredMeter): Promise<mqtt.MqttClient> {
  const client = await mqtt.connectAsync(platform.mqttUrl, { username: collector, password: token }, false);
  onTestFinished(() => client.endAsync(true));
  return client;
}

/** 10 kWh each hour from 1 November 2025 to 5 January 2026, 09:00. */
async function publishYear(platform: RunningPlatform, meter: RegisteredMeter): Promise<void> {
  const client = await connect(platform, meter);
  const fromMs = Date.parse('2025-11-01T00:00:00+08:00');
  const hours = (Date.parse('2026-01-05T09:00:00+08:00') - fromMs) / HOUR_MS;
  const readings = Array.from({ length: hours + 1 }, (_, n) => ({ ts: fromMs + n * HOUR_MS, total: n * 10 }));
  for (let at = 0; at < readings.length; at += 500) {
    const payload = JSON.stringify(readings.slice(at, at + 500));
    await client.publishAsync(`energy/v1/${meter.collector}/${meter.meter}/reading`, payload, { qos: 1 });
  }
  await client.endAsync();
}

async function reportedTotal(api: ApiClient): Promise<number | null | undefined> {
  const report = await api.get<Report>('/reports/2025/office').catch(() => undefined);
  return report?.figures.media.find(({ medium }) => medium === 'electricity')?.total;
}

/** All that is made from readings. `unreported`: alerts of 2025 that the report does not count yet. */
async function madeOf(api: ApiClient): Promise<{
  usage: unknown[];
  alerts: Alert[];
  reports: Omit<Report, 'madeAt'>[];
  unreported: number;
}> {
  const range = `from=${Date.parse('2025-10-01T00:00:00+08:00')}&to=${Date.parse('2026-02-01T00:00:00+08:00')}`;
  const usage: unknown[] = [];
  for (const step of ['15m', '1h', '1d', '1mo']) {
    if (step !== '15m') usage.push(await api.items(`/institutions/office/usage?${range}&step=${step}`));
    const short = `from=${Date.parse('2025-11-01T00:00:00+08:00')}&to=${Date.parse('2025-12-01T00:00:00+08:00')}`;
    usage.push(await api.items(`/meters/m1/usage?${step === '15m' ? short : range}&step=${step}`));
  }
  const alerts = await api.items<Alert>('/alerts');
  const reports: Omit<Report, 'madeAt'>[] = [];
  for (const { owner } of await api.items<ReportItem>('/reports?year=2025')) {
    const report: Partial<Report> = await api.get<Report>(`/reports/2025/${owner}`);
    delete report.madeAt;
    reports.push(report as Omit<Report, 'madeAt'>);
  }
  const counted = reports.find(({ owner }) => owner === 'office')?.figures.alerts ?? [];
  const raised = counted.reduce((sum, row) => sum + row.raised, 0);
  const ofYear = alerts.filter(({ activeSince }) => activeSince.startsWith('2025')).length;
  return { usage, alerts, reports, unreported: ofYear - raised };
}

/** What only a rebuild mends: a day's usage and an alert changed, one too many, the others gone; reports too. */
async function spoil(folder: string): Promise<void> {
  const series = await openDuckdbStore({ file: join(folder, 'readings.duckdb'), memoryLimitMb: 160 });
  const dayMs = Date.parse('2025-11-11T00:00:00+08:00');
  const days = await series.meterUsage('day', ['m1'], dayMs, dayMs + 1);
  expect(days).toHaveLength(1);
  await series.putMeterUsage(
    'day',
    days.map((day) => ({ ...day, micro: 1n })),
  );
  await series.close();
  const db = openSqlite(join(folder, 'registry.sqlite'));
  const [first, second, ...others] = await db.selectFrom('alert').selectAll().execute();
  await db
    .insertInto('alert')
    .values({ ...first!, id: 'made-up', subject: 'made-up' })
    .execute();
  await db.updateTable('alert').set({ value: -1 }).where('id', '=', second!.id).execute();
  for (const { id } of others) await db.deleteFrom('alert').where('id', '=', id).execute();
  await db.updateTable('report').set({ digest: '' }).execute();
  await db.deleteFrom('report').where('owner_kind', '=', 'city').execute();
  await db.destroy();
}

async function readingsOf(api: ApiClient, meter: string): Promise<Map<number, number>> {
  const items = await api.items<{ ts: string; total: number }>(
    `/meters/${meter}/readings?from=0&to=${Date.parse(QUIET)}`,
  );
  return new Map(items.map(({ ts, total }) => [Date.parse(ts), total]));
}

/** What a process that ends with 1 says: one line, no trace. */
function oneSentence({ code, stdout, stderr }: Ended): string {
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr.trim().split('\n')).toHaveLength(1);
  return stderr.trim();
}

async function busyPort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return (server.address() as AddressInfo).port;
}
