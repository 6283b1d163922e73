import mqtt, { type MqttClient } from 'mqtt';
import { expect, onTestFinished, test } from 'vitest';

import type { QuarantineItem, QuarantineSummary, Replay } from '../../services/api/schemas/quarantine.ts';
import type { MeterUsageItem } from '../../services/api/schemas/usage.ts';
import type { ApiClient } from '../support/api-client.ts';
import { postCollector, postInstitution, postMeter } from '../support/pipeline-registry.ts';
import { startPlatform, type RunningPlatform } from '../support/start-platform.ts';
import { tempFolder } from '../support/temp-folder.ts';

const NOW_MS = Date.parse('2026-11-20T12:00:00+08:00');
const MINUTE_MS = 60_000;
const BASE = 'energy/v1';
const SOON = { timeout: 30_000, interval: 100 };

interface Reading {
  ts: string;
  receivedAt: string;
  total: number;
}

interface Office {
  platform: RunningPlatform;
  folder: string;
  api: ApiClient;
  tokens: Record<'c1' | 'c2', string>;
}

test('what a meter sent before it was registered is there once it is, as it was received', async () => {
  const { platform, api, tokens } = await office();
  await postMeter(api, { id: 'known', institutionId: 'office', collectorId: 'c1' });
  const client = await connect(platform, 'c1', tokens.c1);
  const at = (minute: number): number => NOW_MS - (60 - minute) * MINUTE_MS;
  const send = (topic: string, payload: unknown) =>
    client.publishAsync(`${BASE}/c1/${topic}`, JSON.stringify(payload), { qos: 1 });
  await send('new/reading', { ts: at(1), total: 1 });
  await send('new/reading', [
    { ts: at(2), total: 2 },
    { ts: at(3), total: 3 },
  ]);
  await send('new/reading', { total: 10 });
  await send('readings', [
    { meter: 'new', ts: at(4), total: 4 },
    { meter: 'known', ts: at(4), total: 400 },
    { meter: 'other', ts: at(4), total: 7 },
  ]);
  await expect.poll(async () => (await api.items('/quarantine')).length, SOON).toBe(6);
  const before = await api.items<QuarantineItem>('/quarantine?meter=new');
  expect(before.map(({ reason }) => reason)).toEqual(Array.from({ length: 5 }, () => 'unknown-meter'));
  const other = (await api.items<QuarantineItem>('/quarantine?meter=other'))[0]!;

  await postMeter(api, { id: 'new', institutionId: 'office', collectorId: 'c1' });
  const undated = before[1]!;
  await expect.poll(async () => (await readingsOf(api, 'new')).length, SOON).toBe(5);
  expect(await readingsOf(api, 'new')).toMatchObject([
    { total: 1, receivedAt: before[4]!.receivedAt },
    { total: 2, receivedAt: before[3]!.receivedAt },
    { total: 3, receivedAt: before[2]!.receivedAt },
    { total: 4, receivedAt: before[0]!.receivedAt },
    { total: 10, ts: undated.receivedAt, receivedAt: undated.receivedAt, flags: ['receipt-time'] },
  ]);
  expect(await readingsOf(api, 'known')).toHaveLength(1);
  // The item of a meter that nobody knows comes back, once, under the receipt time of its message.
  await expect.poll(() => api.items('/quarantine'), SOON).toHaveLength(1);
  const [left] = await api.items<QuarantineItem>('/quarantine');
  expect(left).toEqual({ ...other, id: expect.any(Number) });
  expect(left!.id).toBeGreaterThan(other.id);
  await expect
    .poll(() => api.items<Replay>('/quarantine/replays'), SOON)
    .toMatchObject([{ automatic: true, requestedBy: 'admin', state: 'done', messages: 4, filter: { meter: 'new' } }]);
  expect(await api.get('/health')).toMatchObject({ status: 'ok' });
});

test("another collector's message of the meter comes back with its new reason, once", async () => {
  const { platform, api, tokens } = await office();
  const client = await connect(platform, 'c2', tokens.c2);
  await client.publishAsync(`${BASE}/c2/new/reading`, JSON.stringify({ ts: NOW_MS, total: 1 }), { qos: 1 });
  await expect.poll(async () => reasonsOf(api), SOON).toEqual(['unknown-meter']);
  await postMeter(api, { id: 'new', institutionId: 'office', collectorId: 'c1' });
  await expect.poll(async () => reasonsOf(api), SOON).toEqual(['foreign-meter']);
  await expect
    .poll(() => api.items<Replay>('/quarantine/replays'), SOON)
    .toMatchObject([{ state: 'done', messages: 1 }]);
  expect(await readingsOf(api, 'new')).toEqual([]);
});

test('a replay by filter after what was wrong is put right, over a restart; what is still wrong comes back', async () => {
  const { platform, folder, api, tokens } = await office();
  await postMeter(api, { id: 'm1', institutionId: 'office', collectorId: 'c1' });
  const client = await connect(platform, 'c1', tokens.c1);
  for (const aheadS of [900, 1200, 7200]) {
    const reading = { ts: NOW_MS + aheadS * 1000, total: aheadS };
    await client.publishAsync(`${BASE}/c1/m1/reading`, JSON.stringify(reading), { qos: 1 });
  }
  await client.publishAsync(`${BASE}/c1/m1/reading`, 'total=5', { qos: 1 });
  await expect.poll(async () => (await reasonsOf(api)).length, SOON).toBe(4);
  await client.endAsync();
  await platform.stop();

  const again = await start(folder, { CLOCK_AHEAD_S: '3600' });
  const mended = await again.logIn();
  const { id } = await mended.post<Replay>('/quarantine/replay', { reason: 'clock-ahead', meter: 'm1' });
  await expect.poll(() => mended.get(`/quarantine/replays/${id}`), SOON).toMatchObject({ state: 'done', messages: 3 });
  await expect.poll(async () => (await readingsOf(mended, 'm1')).map(({ total }) => total), SOON).toEqual([900, 1200]);
  await expect.poll(() => reasonsOf(mended), SOON).toEqual(['clock-ahead', 'not-json']);
  const { id: second } = await mended.post<Replay>('/quarantine/replay', { collector: 'c1' });
  await expect
    .poll(() => mended.get(`/quarantine/replays/${second}`), SOON)
    .toMatchObject({ state: 'done', messages: 2 });
  await expect.poll(async () => (await reasonsOf(mended)).toSorted(), SOON).toEqual(['clock-ahead', 'not-json']);
});

test('killed in the middle of a large replay it goes on where it was: nothing lost, nothing twice', async () => {
  const MESSAGES = 8000;
  const { platform, folder, api, tokens } = await office();
  const client = await connect(platform, 'c1', tokens.c1);
  const startMs = NOW_MS - MESSAGES * MINUTE_MS;
  const publish = async (from: number): Promise<void> => {
    for (let n = from; n < MESSAGES; n += 10) {
      const reading = { ts: startMs + n * MINUTE_MS, total: n };
      await client.publishAsync(`${BASE}/c1/late/reading`, JSON.stringify(reading), { qos: 1 });
    }
  };
  await Promise.all(Array.from({ length: 10 }, (_, from) => publish(from)));
  await expect.poll(async () => (await summaryOf(api)).items, SOON).toBe(MESSAGES);
  await client.endAsync();

  await postMeter(api, { id: 'late', institutionId: 'office', collectorId: 'c1', expectedIntervalS: 60 });
  let progress = 0;
  await expect
    .poll(async () => (progress = (await api.items<Replay>('/quarantine/replays'))[0]?.messages ?? 0), {
      ...SOON,
      interval: 5,
    })
    .toBeGreaterThan(0);
  await platform.kill();
  expect(progress).toBeLessThan(MESSAGES);

  const again = await start(folder);
  const after = await again.logIn();
  await expect.poll(async () => (await summaryOf(after)).items, SOON).toBe(0);
  await expect.poll(async () => (await readingsOf(after, 'late')).length, SOON).toBe(MESSAGES);
  expect((await readingsOf(after, 'late')).every(({ total }, n) => total === n)).toBe(true);
  expect(await after.items<Replay>('/quarantine/replays')).toMatchObject([{ state: 'done', error: null }]);
  const [from, to] = [day(startMs - 86_400_000), day(NOW_MS + 86_400_000)];
  await expect
    .poll(async () => {
      const usage = await after.items<MeterUsageItem>(`/meters/late/usage?from=${from}&to=${to}&step=1d`);
      return usage.reduce((sum, { value }) => sum + (value ?? 0), 0);
    }, SOON)
    .toBeCloseTo(MESSAGES - 1, 6);
});

test("a collector's flood makes room at its own expense", async () => {
  const { platform, api, tokens } = await office({ QUARANTINE_MAX_MB: '1' });
  const [quiet, noisy] = [await connect(platform, 'c1', tokens.c1), await connect(platform, 'c2', tokens.c2)];
  for (let n = 0; n < 50; n++) await quiet.publishAsync(`${BASE}/c1/m1/reading`, `total=${n}`, { qos: 1 });
  const junk = 'x'.repeat(1024);
  await Promise.all(
    Array.from({ length: 4000 }, (_, n) => noisy.publishAsync(`${BASE}/c2/m1/reading`, `${n} ${junk}`, { qos: 1 })),
  );
  await expect.poll(async () => (await summaryOf(api)).evicted.size, SOON).toBeGreaterThan(3000);
  await expect
    .poll(async () => (await api.items<QuarantineItem>('/quarantine?collector=c2'))[0]?.payload, SOON)
    .toBe(Buffer.from(`3999 ${junk}`).toString('base64'));
  const { collectors, evicted } = await summaryOf(api);
  const kept = new Map(collectors.map(({ collector, items }) => [collector, items]));
  expect(kept.get('c1')).toBe(50);
  expect(kept.get('c2')! + evicted.size).toBe(4000);
  expect(kept.get('c2')! * 1024).toBeGreaterThan(500_000);
  expect(await api.get('/health')).toMatchObject({ status: 'ok' });
});

async function office(settings: Record<string, string> = {}): Promise<Office> {
  const folder = await tempFolder();
  const platform = await start(folder, settings);
  const api = await platform.logIn();
  await postInstitution(api, 'office');
  const tokens = { c1: await postCollector(api, 'c1'), c2: await postCollector(api, 'c2') };
  return { platform, folder, api, tokens };
}

function start(folder: string, settings: Record<string, string> = {}): Promise<RunningPlatform> {
  return startPlatform({ folder, settings: { CLOCK_START: new Date(NOW_MS).toISOString(), ...settings } });
}

async function connect(platform: RunningPlatform, collector: string, password: string): Promise<MqttClient> {
  const client = await mqtt.connectAsync(
    platform.mqttUrl,
    { username: collector, password, clientId: `${collector}-client`, reconnectPeriod: 0 },
    false,
  );
  onTestFinished(() => client.endAsync(true));
  return client;
}

function readingsOf(api: ApiClient, meter: string): Promise<Reading[]> {
  return api.items<Reading>(`/meters/${meter}/readings?from=0&to=${NOW_MS + 86_400_000}`);
}

async function reasonsOf(api: ApiClient): Promise<string[]> {
  return (await api.items<QuarantineItem>('/quarantine')).map(({ reason }) => reason);
}

function summaryOf(api: ApiClient): Promise<QuarantineSummary> {
  return api.get('/quarantine/summary');
}

function day(ms: number): string {
  return encodeURIComponent(`${new Date(ms + 8 * 3_600_000).toISOString().slice(0, 10)}T00:00:00+08:00`);
}
