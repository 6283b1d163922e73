import { createHash } from 'node:crypto';

import mqtt, { type MqttClient } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';

import type { Alert } from '../../services/api/schemas/alert.ts';
import type { Health } from '../../services/api/schemas/health.ts';
import type { QuarantineItem } from '../../services/api/schemas/quarantine.ts';
import type { ApiClient } from '../support/api-client.ts';
import { freePort } from '../support/free-port.ts';
import { isMissing } from '../support/is-missing.ts';
import { expectAllThere, readingsOf } from '../support/meter-answers.ts';
import { startMeterLoad } from '../support/meter-load.ts';
import { postCollector, postInstitution, postMeter } from '../support/pipeline-registry.ts';
import { startPostgres } from '../support/postgres.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { launchPlatform, startPlatform, type RunningPlatform } from '../support/start-platform.ts';
import { tempFolder } from '../support/temp-folder.ts';

const METERS = ['m1', 'm2', 'm3'];
const START = Date.parse('2026-06-01T00:00:00+08:00');
const RANGE = { fromMs: START, toMs: Date.parse('2026-11-20T00:00:00+08:00') };
const TODAY = { fromMs: RANGE.toMs, toMs: RANGE.toMs + 86_400_000 };
const SOON = { timeout: 40_000, interval: 100 };
const BURST = 120;

describe.skipIf(isMissing('postgres'))('PostgreSQL behind the platform', () => {
  test(
    'stopped, killed and away over a kill -9 of the platform: readings are stored on, nothing is lost or doubled',
    { timeout: 180_000 },
    async () => {
      const postgres = await startPostgres();
      const start = await startable(postgres.url);
      let platform = await start();
      const api = await platform.logIn();
      const tokens = await register(api);
      const load = startMeterLoad(
        platform.mqttUrl,
        METERS.map((meter) => ({ meter, collector: `c-${meter}`, token: tokens.get(`c-${meter}`)! })),
        { startMs: START, stepMs: 60_000, random: seededRandom(7), perSecond: 300 },
      );
      const strange = await strangeSender(platform.mqttUrl, tokens.get('c-strange')!);
      await load.acknowledgedMore(300);
      await strange.burst();

      // 1. Stopped: everything is acknowledged, readings are stored, the rest waits, and who asks is told.
      await postgres.stop();
      await strange.burst();
      await expectStoredOn(platform, load);
      await expect
        .poll(async () => (await healthOf(platform)).parts['registry'], SOON)
        .toMatchObject({
          ok: false,
          detail: expect.stringContaining('start PostgreSQL') as string,
        });
      await expect.poll(() => deferredOf(platform), SOON).toBeGreaterThan(BURST);
      expect((await healthOf(platform)).parts['quarantine']).toMatchObject({ ok: false });
      await expect(api.get('/institutions')).rejects.toThrow(/503 .*store-unavailable/);
      await expect(platform.logIn()).rejects.toThrow(/503 .*store-unavailable/);

      // 2. The platform is killed, and started while it is still away: it works from its copy.
      await platform.kill();
      platform = await start();
      await strange.burst();
      await strange.publish('c-late/late/reading', lateReadings(), tokens.get('c-late')!, 'c-late');
      await expectStoredOn(platform, load);
      expect((await healthOf(platform)).parts['registry']).toMatchObject({ ok: false });
      expect(await deferredOf(platform)).toBeGreaterThan(BURST);
      await expect(api.get('/institutions')).rejects.toThrow(/503 .*store-unavailable/);

      // 3. It comes, and is killed while it is given what waited.
      await postgres.restart();
      await expect.poll(() => deferredOf(platform), { ...SOON, interval: 5 }).toBeLessThan(3 * BURST);
      await postgres.kill();
      await strange.burst();
      await expectStoredOn(platform, load);

      // 4. It comes for good.
      await postgres.restart();
      await load.acknowledgedMore(100);
      await load.finish();
      await expect.poll(() => deferredOf(platform), SOON).toBe(0);
      await expectAllThere(api, load.acknowledged, RANGE, SOON.timeout);
      const quarantined = await api.items<QuarantineItem>('/quarantine');
      const payloads = quarantined.map(({ payload }) => Buffer.from(payload, 'base64').toString()).sort();
      expect(payloads).toEqual(strange.bad.toSorted());
      const clockless = await readingsOf(api, 'clockless', TODAY);
      expect([...clockless.values()].toSorted((a, b) => a - b)).toEqual(strange.undated);
      await expect.poll(() => problemsOf(platform), SOON).toEqual([]);

      // 5. What follows from readings of meanwhile: alert and message.
      const heard = await listen(platform, tokens.get('reader')!);
      await expect
        .poll(() => [...heard.values()].map((payload) => (JSON.parse(payload) as Alert).subject), SOON)
        .toContain('electricity/2026-06');
      await platform.stop();
    },
  );

  test('what another process changes in the registry is followed within seconds', { timeout: 90_000 }, async () => {
    const postgres = await startPostgres();
    const platform = await (await startable(postgres.url))();
    const api = await platform.logIn();
    await postInstitution(api, 'office');
    const token = await postCollector(api, 'c1');
    const client = await connect(platform.mqttUrl, 'c1', token);
    await client.publishAsync('energy/v1/c1/other/reading', JSON.stringify({ ts: START, total: 1 }), { qos: 1 });
    await expect.poll(() => api.items('/quarantine'), SOON).toHaveLength(1);

    const hash = createHash('sha256').update('new-token').digest('hex');
    await postgres.asSuperuser(
      `begin;
       insert into collector (id, name, token_hash, created_at) values ('c2', 'c2', '${hash}', 0);
       insert into meter (id, collector_id, name, medium, register_unit, expected_interval_s, created_at)
         values ('other', 'c1', 'other', 'electricity', 'kWh', 900, 0);
       update registry_state set revision = revision + 1;
       commit`,
      'jieneng',
    );
    const within = { timeout: 5000, interval: 50 };
    await expect
      .poll(
        () =>
          connect(platform.mqttUrl, 'c2', 'new-token').then(
            () => true,
            () => false,
          ),
        within,
      )
      .toBe(true);
    // The way in may know it a moment before the drain does.
    let sent = 1;
    const stored = async (): Promise<number> => {
      sent++;
      const payload = JSON.stringify({ ts: START + sent, total: sent });
      await client.publishAsync('energy/v1/c1/other/reading', payload, { qos: 1 });
      return (await readMetrics(platform.url)).get('jieneng_readings_stored_total') ?? 0;
    };
    await expect.poll(stored, within).toBeGreaterThan(0);
    await postgres.asSuperuser(
      `begin; delete from collector where id = 'c2'; update registry_state set revision = revision + 1; commit`,
      'jieneng',
    );
    await expect
      .poll(
        () =>
          connect(platform.mqttUrl, 'c2', 'new-token').then(
            () => true,
            () => false,
          ),
        within,
      )
      .toBe(false);
    await platform.stop();
  });

  test('a first start without the database is one sentence that says what to do, and exit 1', async () => {
    const url = `postgresql://u:secret-word@127.0.0.1:${await freePort()}/nothing`;
    const folder = await tempFolder();
    const ended = await launchPlatform({ folder, settings: { DATABASE_URL: url, LOG_LEVEL: 'fatal' } }).ended;
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(
      /^The database 127\.0\.0\.1:\d+\/nothing cannot be reached: .*start PostgreSQL.*copy.*\n$/,
    );
    expect(ended.stderr).not.toContain('secret-word');
  }, 40_000);
});

/** Starts the platform on the same folder and ports each time. */
async function startable(databaseUrl: string): Promise<() => Promise<RunningPlatform>> {
  const folder = await tempFolder();
  const settings = {
    DATABASE_URL: databaseUrl,
    // Small segments, so that what waits lies in several, and some of it in the archive.
    SPOOL_SEGMENT_BYTES: '65536',
    REGISTRY_POLL_MS: '300',
    PORT: String(await freePort()),
    MQTT_PORT: String(await freePort()),
  };
  // Time does not go back at a restart: a reading without a time has that of its receipt.
  let clockMs = Date.parse('2026-11-20T12:00:00+08:00');
  return () => {
    const CLOCK_START = new Date(clockMs).toISOString();
    clockMs += 3_600_000;
    return startPlatform({ folder, settings: { ...settings, CLOCK_START } });
  };
}

async function register(api: ApiClient): Promise<Map<string, string>> {
  const tokens = new Map<string, string>();
  await postInstitution(api, 'office');
  await postInstitution(api, 'school');
  for (const collector of [...METERS.map((meter) => `c-${meter}`), 'c-strange', 'c-late'])
    tokens.set(collector, await postCollector(api, collector));
  for (const id of METERS) await postMeter(api, { id, institutionId: 'office', collectorId: `c-${id}` });
  await postMeter(api, { id: 'clockless', institutionId: 'office', collectorId: 'c-strange' });
  await postMeter(api, { id: 'late', institutionId: 'school', collectorId: 'c-late', expectedIntervalS: 3600 });
  await api.put('/institutions/school/quotas/2026/electricity', { annualLimit: 1200 });
  tokens.set('reader', (await api.post<{ token: string }>('/mqtt-readers', { id: 'reader', name: 'reader' })).token);
  return tokens;
}

interface StrangeSender {
  /** Sends and resolves when all of it is acknowledged: messages that are no readings, and readings without a time. */
  burst(): Promise<void>;
  publish(topic: string, payload: unknown, token: string, collector: string): Promise<void>;
  /** Payloads that belong in quarantine. */
  readonly bad: string[];
  /** Registers of readings without a time, each to be there once. */
  readonly undated: number[];
}

async function strangeSender(url: string, token: string): Promise<StrangeSender> {
  const client = await connect(url, 'c-strange', token);
  const bad: string[] = [];
  const undated: number[] = [];
  const send = (topic: string, payload: string): Promise<unknown> =>
    client.publishAsync(`energy/v1/c-strange/${topic}`, payload, { qos: 1 });
  return {
    bad,
    undated,
    burst: async () => {
      const sent: Promise<unknown>[] = [];
      const sendBad = (topic: string, payload: string): void => {
        bad.push(payload);
        sent.push(send(topic, payload));
      };
      for (let n = 0; n < BURST; n++) {
        const serial = bad.length;
        if (n % 3 === 0) sendBad('clockless/reading', `no JSON ${serial}`);
        else if (n % 3 === 1) sendBad('nobody/reading', JSON.stringify({ ts: START, total: serial }));
        else {
          const seq = undated.length + 1;
          undated.push(seq);
          const payload = JSON.stringify({ seq, total: seq });
          sent.push(send('clockless/reading', payload), send('clockless/reading', payload));
        }
      }
      // What came before, once more: these are redeliveries, whether the registry can be asked or not.
      for (const seq of undated.slice(0, 10)) sent.push(send('clockless/reading', JSON.stringify({ seq, total: seq })));
      await Promise.all(sent);
    },
    publish: async (topic, payload, password, collector) => {
      const other = await connect(url, collector, password);
      await other.publishAsync(`energy/v1/${topic}`, JSON.stringify(payload), { qos: 1 });
    },
  };
}

function lateReadings(): unknown[] {
  return Array.from({ length: 240 }, (_, hour) => ({ ts: START + hour * 3_600_000, total: hour }));
}

async function expectStoredOn(platform: RunningPlatform, load: ReturnType<typeof startMeterLoad>): Promise<void> {
  const stored = async (): Promise<number> =>
    (await readMetrics(platform.url)).get('jieneng_readings_stored_total') ?? 0;
  const before = await stored();
  await load.acknowledgedMore(300);
  await expect.poll(stored, SOON).toBeGreaterThan(before + 200);
}

async function healthOf({ url }: RunningPlatform): Promise<Health> {
  return (await (await fetch(`${url}/api/health`)).json()) as Health;
}

async function problemsOf(platform: RunningPlatform): Promise<[string, string | undefined][]> {
  const { parts } = await healthOf(platform);
  return Object.entries(parts).flatMap(([name, { ok, detail }]) => (ok ? [] : [[name, detail]]));
}

async function deferredOf({ url }: RunningPlatform): Promise<number> {
  return (await readMetrics(url)).get('jieneng_deferred_messages') ?? Number.NaN;
}

async function listen(platform: RunningPlatform, token: string): Promise<Map<string, string>> {
  const client = await connect(platform.mqttUrl, 'reader', token);
  const heard = new Map<string, string>();
  client.on('message', (topic, payload) => void heard.set(topic, payload.toString()));
  await client.subscribeAsync('energy/v1/alerts/#', { qos: 1 });
  return heard;
}

async function connect(url: string, username: string, password: string): Promise<MqttClient> {
  const client = mqtt.connect(url, { clientId: `${username}-hand`, username, password, reconnectPeriod: 100 });
  client.on('error', () => undefined);
  onTestFinished(() => client.endAsync(true));
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: Error): void => {
      client.end(true);
      reject(error);
    };
    client.once('error', refuse);
    client.once('connect', () => {
      client.off('error', refuse);
      resolve();
    });
  });
  return client;
}
