import { describe, expect, onTestFinished, test } from 'vitest';

import type { Health } from '../../services/api/schemas/health.ts';
import { openLoadClient, type LoadClient } from '../bench/ingest/load-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { eventually } from '../support/eventually.ts';
import {
  isQuery,
  isReadingWrite,
  isWrite,
  startFaultProxy,
  type Fault,
  type FaultProxy,
  type ProxiedCall,
} from '../support/fault-proxy.ts';
import { startInfluxd, type Influxd } from '../support/influxd.ts';
import { isMissing } from '../support/is-missing.ts';
import { expectAllThere } from '../support/meter-answers.ts';
import { startMeterLoad, type MeterLoad } from '../support/meter-load.ts';
import { postCollector, postInstitution, postMeter } from '../support/pipeline-registry.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { startPlatform, type RunningPlatform } from '../support/start-platform.ts';
import { tempFolder } from '../support/temp-folder.ts';

const MIB = 1024 * 1024;
const METERS = ['m1', 'm2', 'm3', 'm4'];
const START = Date.parse('2026-06-01T00:00:00+08:00');
const RANGE = { fromMs: START, toMs: Date.parse('2026-11-20T00:00:00+08:00') };
const SOON_MS = 40_000;

/** What goes wrong under load, in which calls, and what health says of it; no word of it: the drain holds unseen. */
const FAULTS: { fault: Fault; calls?: (call: ProxiedCall) => boolean; says?: string }[] = [
  { fault: { kind: 'status', status: 500 }, calls: () => true, says: 'InfluxDB answered 500' },
  { fault: { kind: 'status', status: 401 }, says: 'Check INFLUX_TOKEN' },
  { fault: { kind: 'status', status: 404 }, says: 'InfluxDB answered 404' },
  { fault: { kind: 'status', status: 422 }, calls: (call) => isWrite(call) && call.body.startsWith('touched') },
  { fault: { kind: 'status', status: 413 }, calls: (call) => isReadingWrite(call) && call.body.length > 2000 },
  { fault: { kind: 'hang', stored: false } },
  { fault: { kind: 'hang', stored: true } },
  { fault: { kind: 'cut', stored: true }, says: 'InfluxDB cannot be reached' },
  { fault: { kind: 'cut-answer', stored: false } },
  { fault: { kind: 'cut-answer', stored: true } },
  { fault: { kind: 'cut-answer', stored: true }, calls: isQuery },
  { fault: { kind: 'hang-answer' }, calls: isQuery },
];

describe.skipIf(isMissing('influxd'))('InfluxDB behind the platform', () => {
  test('stopped for the whole of a load and started after it: nothing is lost, nothing counts twice', async () => {
    const influx = await startServer();
    await influx.kill();
    const { platform, api, load } = await underLoad(influx.url);
    await load.acknowledgedMore(3000);
    expect(await drainOf(api, (part) => part.detail !== undefined)).toMatchObject({
      ok: false,
      detail: expect.stringContaining('InfluxDB cannot be reached') as string,
    });
    expect((await api.get<Health>('/health')).parts['series']).toMatchObject({ ok: false });
    await load.finish();
    await influx.restart();
    await expectAllThere(api, load.acknowledged, RANGE, SOON_MS);
    expect((await api.get<Health>('/health')).parts['series']).toMatchObject({
      ok: true,
      product: expect.stringMatching(/^InfluxDB 1\.\S+ \(OSS\)$/) as string,
    });
    await platform.stop();
  });

  test('killed -9 under load and started again, several times: nothing is lost, nothing counts twice', async () => {
    const influx = await startServer();
    const { platform, api, load } = await underLoad(influx.url);
    for (let kill = 1; kill <= 4; kill++) {
      await load.acknowledgedMore(300 * kill);
      await influx.kill();
      await load.acknowledgedMore(500);
      await influx.restart();
    }
    await load.acknowledgedMore(100);
    await load.finish();
    await expectAllThere(api, load.acknowledged, RANGE, SOON_MS);
    await platform.stop();
  });

  test('refusing, hanging, breaking off in every way under load: nothing is lost, nothing counts twice', async () => {
    const proxy = await startProxy();
    const { platform, api, load, badToken } = await underLoad(proxy.url);
    await load.acknowledgedMore(200);
    for (const { fault, calls = isReadingWrite, says } of FAULTS) {
      proxy.set(fault, calls);
      const name = JSON.stringify(fault);
      await expect.poll(() => proxy.faults, { message: name, timeout: SOON_MS }).toBeGreaterThan(0);
      await load.acknowledgedMore(100);
      if (says !== undefined) {
        const part = await drainOf(api, ({ detail }) => detail?.includes(says) ?? false);
        expect(part, name).toMatchObject({ ok: false, detail: expect.stringContaining(says) as string });
      }
      proxy.lift();
      // Whatever went wrong, it goes on by itself.
      const { stored } = await drainOf(api, () => true);
      const after = await drainOf(api, (part) => part.stored > stored && part.detail === undefined);
      expect(after, name).toMatchObject({ ok: true });
    }

    // Lines that the server takes in no company: they alone are set aside.
    proxy.set({ kind: 'status', status: 422, body: '{"error":"bad line"}' }, ({ body }) => body.includes('meter=bad,'));
    const bad = startMeterLoad(platform.mqttUrl, [{ meter: 'bad', collector: 'c-bad', token: badToken }], {
      startMs: START,
      stepMs: 60_000,
      random: seededRandom(2),
    });
    await bad.acknowledgedMore(20);
    await bad.finish();
    await load.acknowledgedMore(100);
    await load.finish();
    await expectAllThere(api, load.acknowledged, RANGE, SOON_MS);
    const sent = bad.acknowledged.get('bad')!.size + bad.duplicates;
    const quarantined = await eventually(
      () => api.items<{ reason: string; detail: string }>('/quarantine'),
      (items) => items.length >= sent,
      SOON_MS,
    );
    expect(quarantined).toHaveLength(sent);
    for (const { reason, detail } of quarantined) {
      expect(reason).toBe('store-rejected');
      expect(detail).toContain('bad line');
    }
    await platform.stop();
  });

  test('away while 200,000 messages come in: they wait on disk, not in memory', async () => {
    const influx = await startServer();
    await influx.kill();
    const platform = await startPlatform({ folder: await tempFolder(), settings: { INFLUX_URL: influx.url } });
    const api = await platform.logIn();
    await postInstitution(api, 'office');
    const token = await postCollector(api, 'c');
    for (const id of METERS) await postMeter(api, { id, institutionId: 'office', collectorId: 'c' });
    const send = await openSender(Number(new URL(platform.mqttUrl).port), token);
    const residentMib = async (): Promise<number> =>
      (await readMetrics(platform.url)).get('jieneng_process_resident_bytes')! / MIB;
    // The first of them warm the process up: what grows after that would grow with the backlog.
    await send(50_000);
    const few = await residentMib();
    await send(150_000);
    const many = await residentMib();
    expect((await readMetrics(platform.url)).get('jieneng_drain_lag_bytes')).toBeGreaterThan(15 * MIB);
    expect(many - few).toBeLessThan(40);

    await influx.restart();
    const stored = await eventually(
      async () => (await readMetrics(platform.url)).get('jieneng_readings_stored_total')!,
      (count) => count >= 200_000,
      SOON_MS,
    );
    expect(stored).toBe(200_000);
    for (const meter of METERS) {
      const last = START + (200_000 / METERS.length - 1) * 1000;
      expect(await api.items(`/meters/${meter}/readings?from=${last}&to=${last + 1000}`)).toHaveLength(1);
    }
    await platform.stop();
  });
});

async function startServer(): Promise<Influxd> {
  const influx = await startInfluxd();
  onTestFinished(() => influx.stop());
  return influx;
}

async function startProxy(): Promise<FaultProxy> {
  const influx = await startServer();
  const proxy = await startFaultProxy(influx.url);
  onTestFinished(() => proxy.close());
  return proxy;
}

/** A platform whose meters publish as fast as it takes, and a further meter that is silent yet. */
async function underLoad(
  influxUrl: string,
): Promise<{ platform: RunningPlatform; api: ApiClient; load: MeterLoad; badToken: string }> {
  const settings = { INFLUX_URL: influxUrl, CLOCK_START: '2026-11-20T12:00:00+08:00', SPOOL_SEGMENT_BYTES: '65536' };
  const platform = await startPlatform({ folder: await tempFolder(), settings });
  const api = await platform.logIn();
  await postInstitution(api, 'office');
  const tokens = new Map<string, string>();
  for (const meter of [...METERS, 'bad']) {
    tokens.set(meter, await postCollector(api, `c-${meter}`));
    await postMeter(api, { id: meter, institutionId: 'office', collectorId: `c-${meter}` });
  }
  const load = startMeterLoad(
    platform.mqttUrl,
    METERS.map((meter) => ({ meter, collector: `c-${meter}`, token: tokens.get(meter)! })),
    { startMs: START, stepMs: 60_000, random: seededRandom(1), perSecond: 500 },
  );
  return { platform, api, load, badToken: tokens.get('bad')! };
}

interface DrainPart {
  ok: boolean;
  detail?: string;
  stored: number;
}

/** The drain's part of health once it is as wanted, or as it stays. */
async function drainOf(api: ApiClient, wanted: (part: DrainPart) => boolean): Promise<DrainPart> {
  const look = async (): Promise<DrainPart> =>
    (await api.get<Health>('/health')).parts['drain'] as unknown as DrainPart;
  return eventually(look, wanted, SOON_MS, 100);
}

/** One connection with thousands of messages in flight; resolves each time all it was told to send is acknowledged. */
async function openSender(port: number, token: string): Promise<(messages: number) => Promise<void>> {
  const inFlight = 4000;
  let toSend = 0;
  let waiting = 0;
  let done: () => void = () => undefined;
  const publish = (client: LoadClient, messages: number): void => {
    const now = Math.min(messages, toSend);
    toSend -= now;
    if (now > 0) client.publish(now);
  };
  const client = await openLoadClient(
    port,
    {
      clientId: 'sender',
      username: 'c',
      token,
      topics: METERS.map((meter) => `energy/v1/c/${meter}/reading`),
    },
    { startMs: START, stepMs: 1000, perMessage: 1 },
    {
      onAcknowledged: (sender, messages) => {
        waiting -= messages;
        publish(sender, messages);
        if (waiting === 0) done();
      },
      onSample: () => undefined,
    },
  );
  onTestFinished(() => client.close());
  return (messages) =>
    new Promise((resolve) => {
      done = resolve;
      toSend = messages;
      waiting = messages;
      publish(client, inFlight);
    });
}
