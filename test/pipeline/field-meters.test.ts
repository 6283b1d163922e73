import mqtt, { type MqttClient } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';

import type { HeardCollectorItem, HeardMeterItem, SparkplugNodeItem } from '../../services/api/schemas/discovery.ts';
import type { QuarantineItem } from '../../services/api/schemas/quarantine.ts';
import type { MeterUsageItem } from '../../services/api/schemas/usage.ts';
import { mosquittoHash } from '../../services/registry/mosquitto-hash.ts';
import { encodeCjt188Flow } from '../../simulators/encoders/cjt188.ts';
import { encodeDlt645 } from '../../simulators/encoders/dlt645-2007.ts';
import {
  createSparkplugNode,
  type SparkplugMessage,
  type SparkplugValue,
} from '../../simulators/encoders/sparkplug-node.ts';
import type { ApiClient } from '../support/api-client.ts';
import { isMissing } from '../support/is-missing.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { postCollector, postInstitution, postMeter } from '../support/pipeline-registry.ts';
import { startPlatform, type RunningPlatform } from '../support/start-platform.ts';
import { tempFolder } from '../support/temp-folder.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const NOW_MS = Date.parse('2026-11-18T10:00:00+08:00');
const FRAMES = 'energy/v1/c1/frames';
const SOON = { timeout: 30_000, interval: 50 };
const FORWARD = '00010000';

interface Reading {
  ts: string;
  total: number;
  flags: string[];
}

test('frames, bindings and Sparkplug: each reading is of the meter that topic or address names', async () => {
  const folder = await tempFolder();
  const platform = await start(folder);
  const api = await platform.logIn();
  await postInstitution(api, 'office');
  const tokens = { c1: await postCollector(api, 'c1'), c2: await postCollector(api, 'c2') };
  const meter = { institutionId: 'office', collectorId: 'c1' };
  await postMeter(api, { ...meter, id: 'main', address: '0000 0000 0161', format: 'dlt645-2007' });
  await postMeter(api, { ...meter, id: 'water', medium: 'water', address: '12345678', format: 'cjt188' });
  await postMeter(api, { ...meter, id: 'plug', address: 'plug-1', format: 'tasmota' });
  await postMeter(api, { ...meter, id: 'sparkling', address: 'm1', format: 'sparkplug-b' });
  await postMeter(api, { ...meter, id: 'other', collectorId: 'c2', address: '000000000999' });
  const binding = { id: 'plugs', collectorId: 'c1', topic: 'tele/{address}/SENSOR', format: 'tasmota' };
  await api.post('/bindings', binding);
  const client = await connect(platform.mqttUrl, 'c1', tokens.c1);
  const send = (topic: string, payload: string | Buffer) => client.publishAsync(topic, payload, { qos: 1 });

  await send(FRAMES, encodeDlt645('161', FORWARD, [1234.56], { preamble: 4 }));
  const water = encodeCjt188Flow({
    type: 0x10,
    address: '12345678',
    clock: { local: new Date('2026-11-18T09:30:00Z') },
    current: { value: 77.5, unit: 'm3' },
    settled: { value: 70, unit: 'm3' },
  });
  await send(FRAMES, water.toString('hex'));
  await send(FRAMES, encodeDlt645('999', FORWARD, [1]));
  await send(FRAMES, encodeDlt645('12', FORWARD, [2]));
  await send('tele/plug-1/SENSOR', '{"Time":"2026-11-18T09:59:00","ENERGY":{"Total":5.25,"Power":100}}');
  await send('energy/v1/c2/m1/reading', '{"total":1}');
  await send('tele/plug-1/STATE-OF-MIND', '{"total":1}');
  const node = createSparkplugNode('plant', 'c1', 1);
  const registers = (value: number | null): SparkplugValue[] => [
    { metric: { name: 'total', alias: 7, type: 'Double', unit: 'kWh' }, value },
  ];
  const publish = ({ topic, payload }: SparkplugMessage) => send(topic, payload);
  await publish(node.birth(NOW_MS));
  await publish(node.deviceBirth('m1', NOW_MS - HOUR_MS, registers(10)));

  await expect.poll(() => totals(api, 'main'), SOON).toEqual([1234.56]);
  await expect.poll(() => totals(api, 'water'), SOON).toEqual([77.5]);
  expect((await readings(api, 'water'))[0]).toMatchObject({ ts: '2026-11-18T09:30:00+08:00', flags: [] });
  expect((await readings(api, 'main'))[0]).toMatchObject({ flags: ['receipt-time'] });
  await expect.poll(() => totals(api, 'plug'), SOON).toEqual([5.25]);
  await expect.poll(() => totals(api, 'sparkling'), SOON).toEqual([10]);
  await expect
    .poll(async () => (await reasons(api)).toSorted(), SOON)
    .toEqual(['foreign-meter', 'topic-not-allowed', 'topic-not-allowed', 'unknown-address']);
  const [unknown] = await api.items<QuarantineItem>('/quarantine?address=12');
  expect(unknown).toMatchObject({ reason: 'unknown-address', collector: 'c1', address: '12', meter: null });
  const nodes = await api.items<SparkplugNodeItem>('/discovery/sparkplug');
  expect(nodes).toMatchObject([{ collector: 'c1', node: 'plant/c1', online: true, gaps: 0, lastGap: null }]);

  // Data carry the alias alone: what it stands for was said before the crash.
  await client.endAsync(true);
  await platform.kill();
  const again = await start(folder, NOW_MS + HOUR_MS);
  const after = await again.logIn();
  const later = await connect(again.mqttUrl, 'c1', tokens.c1);
  const { topic, payload } = node.deviceData('m1', NOW_MS - HOUR_MS / 2, registers(11));
  await later.publishAsync(topic, payload, { qos: 1 });
  node.deviceData('m1', NOW_MS, registers(12));
  const missed = node.deviceData('m1', NOW_MS, registers(13));
  await later.publishAsync(missed.topic, missed.payload, { qos: 1 });
  await expect.poll(() => totals(after, 'sparkling'), SOON).toEqual([10, 11, 13]);
  await expect
    .poll(() => after.items<SparkplugNodeItem>('/discovery/sparkplug'), SOON)
    .toMatchObject([{ online: true, gaps: 1, lastGap: expect.any(String) }]);

  // A binding that is made while others are in use.
  await after.post('/bindings', { ...binding, id: 'lights', topic: 'lights/{meter}', format: 'native-json' });
  await later.publishAsync('lights/main', JSON.stringify({ ts: NOW_MS - 1000, total: 1240 }), { qos: 1 });
  await expect.poll(() => totals(after, 'main'), SOON).toContain(1240);
  expect(await after.get('/health')).toMatchObject({ status: 'ok' });
});

test('meters that are adopted after two days have both days, by id and by address', async () => {
  const folder = await tempFolder();
  const first = await start(folder);
  const api = await first.logIn();
  await postInstitution(api, 'office');
  const token = await postCollector(api, 'c1');
  await publishDay(first, token, NOW_MS, 100);
  await expect.poll(() => heardCounts(api), SOON).toEqual({ '161': 2, newcomer: 2 });
  await first.stop();

  const second = await start(folder, NOW_MS + DAY_MS);
  await publishDay(second, token, NOW_MS + DAY_MS, 110);
  const next = await second.logIn();
  await expect.poll(() => heardCounts(next), SOON).toEqual({ '161': 4, newcomer: 4 });
  await second.stop();

  const third = await start(folder, NOW_MS + 2 * DAY_MS);
  const today = await third.logIn();
  const heard = await today.items<HeardMeterItem>('/discovery/meters');
  expect(heard).toHaveLength(2);
  const meter = { institutionId: 'office', collectorId: 'c1' };
  await today.post(
    '/discovery/meters/adopt',
    heard.map(({ namedBy, name, suggested }) => ({ ...meter, ...suggested, namedBy, heardAs: name })),
  );
  const [address] = heard.filter(({ namedBy }) => namedBy === 'address');
  for (const id of ['newcomer', address!.suggested.id]) {
    await expect.poll(() => totals(today, id), SOON).toEqual([100, 101, 110, 111]);
    const times = (await readings(today, id)).map(({ ts }) => ts.slice(0, 10));
    expect(times).toEqual(['2026-11-18', '2026-11-18', '2026-11-19', '2026-11-19']);
    await expect.poll(() => usedInAll(today, id), SOON).toBeCloseTo(11, 6);
  }
  await expect.poll(() => reasons(today), SOON).toEqual([]);
  expect(await today.items('/discovery/meters')).toEqual([]);
});

test('a user that nobody registered is heard, adopted, and comes in', async () => {
  const platform = await start(await tempFolder());
  const api = await platform.logIn();
  await postInstitution(api, 'office');
  for (let attempt = 0; attempt < 3; attempt++) {
    await expect(connect(platform.mqttUrl, 'dtu-7', 'secret of the field')).rejects.toThrow();
  }
  await expect
    .poll(() => api.items<HeardCollectorItem>('/discovery/collectors'), SOON)
    .toMatchObject([
      { name: 'dtu-7', count: 3, clientId: 'dtu-7-client', address: expect.stringContaining('127.0.0.1') },
    ]);
  const { token } = await api.post<{ token: string }>('/discovery/collectors/adopt', { id: 'dtu-7', name: '七号' });
  expect(await api.items('/discovery/collectors')).toEqual([]);
  const client = await connect(platform.mqttUrl, 'dtu-7', token);
  await client.publishAsync('energy/v1/dtu-7/m1/reading', '{"total":1}', { qos: 1 });
  await expect.poll(() => heardCounts(api), SOON).toEqual({ m1: 1 });
});

describe.skipIf(isMissing('mosquitto'))('behind a real Mosquitto', () => {
  test('a binding, a Sparkplug node and a collector that nobody registered', async () => {
    const users = ['gw-a', 'plugs', 'c5', 'c6'];
    const mosquitto = await startMosquitto({
      files: {
        passwords: users.map((user) => `${user}:${mosquittoHash(`token-${user}`)}\n`).join(''),
        acl: [
          'pattern write energy/v1/%u/#',
          'pattern write spBv1.0/+/+/%u/#',
          'user gw-a',
          'topic readwrite #',
          'user plugs',
          'topic write tele/#',
          '',
        ].join('\n'),
      },
    });
    const settings = { MQTT_URL: mosquitto.url, MQTT_USERNAME: 'gw-a', MQTT_PASSWORD: 'token-gw-a' };
    const platform = await start(await tempFolder(), NOW_MS, settings);
    const api = await platform.logIn();
    await postInstitution(api, 'office');
    for (const id of ['c1', 'c5']) await postCollector(api, id);
    const meter = { institutionId: 'office', collectorId: 'c1' };
    await postMeter(api, { ...meter, id: 'plug', address: 'plug-1' });
    await postMeter(api, { ...meter, id: 'edge-meter', collectorId: 'c5', address: 'c5' });
    const plugs = await connect(mosquitto.url, 'plugs', 'token-plugs');
    const tele = (address: string, total: number) => {
      const payload = JSON.stringify({ Time: '2026-11-18T09:59:00', ENERGY: { Total: total } });
      return plugs.publishAsync(`tele/${address}/SENSOR`, payload, { qos: 1 });
    };
    // Nobody has asked for it yet.
    await tele('plug-1', 1);
    await api.post('/bindings', { id: 'plugs', collectorId: 'c1', topic: 'tele/{address}/SENSOR', format: 'tasmota' });
    // Until the subscription holds nothing comes.
    await expect
      .poll(async () => {
        await tele('plug-1', 5.25);
        return totals(api, 'plug');
      }, SOON)
      .toEqual([5.25]);
    await tele('plug-2', 3);
    const edge = await connect(mosquitto.url, 'c5', 'token-c5');
    const node = createSparkplugNode('plant', 'c5', 1);
    const born = node.birth(NOW_MS, [{ metric: { name: 'total', alias: 1, type: 'Double', unit: 'kWh' }, value: 42 }]);
    await edge.publishAsync(born.topic, born.payload, { qos: 1 });
    await expect.poll(() => totals(api, 'edge-meter'), SOON).toEqual([42]);
    const stranger = await connect(mosquitto.url, 'c6', 'token-c6');
    await stranger.publishAsync('energy/v1/c6/m1/reading', JSON.stringify({ ts: NOW_MS, total: 7 }), { qos: 1 });

    await expect
      .poll(() => api.items<HeardCollectorItem>('/discovery/collectors'), SOON)
      .toMatchObject([{ name: 'c6', count: 1, meters: 1 }]);
    const [unknown] = await api.items<QuarantineItem>('/quarantine?address=plug-2');
    expect(unknown).toMatchObject({ reason: 'unknown-address', collector: 'c1', topic: 'tele/plug-2/SENSOR' });
    await api.post('/discovery/collectors/adopt', { id: 'c6', name: 'c6' });
    const adopted = { institutionId: 'office', medium: 'electricity' };
    await api.post('/discovery/meters/adopt', [
      { ...adopted, collectorId: 'c6', namedBy: 'id', heardAs: 'm1', id: 'm1' },
      { ...adopted, collectorId: 'c1', namedBy: 'address', heardAs: 'plug-2', id: 'second' },
    ]);
    await expect.poll(() => totals(api, 'm1'), SOON).toEqual([7]);
    await expect.poll(() => totals(api, 'second'), SOON).toEqual([3]);
    await expect.poll(() => reasons(api), SOON).toEqual([]);
    expect(await api.get('/health')).toMatchObject({ status: 'ok' });
  });
});

/** Of a meter by its id, with times of its own, and of one by its address, without: a kWh in an hour. */
async function publishDay(platform: RunningPlatform, token: string, atMs: number, total: number): Promise<void> {
  const client = await connect(platform.mqttUrl, 'c1', token);
  for (const [index, value] of [total, total + 1].entries()) {
    const reading = { ts: atMs - HOUR_MS + index * HOUR_MS, total: value };
    await client.publishAsync('energy/v1/c1/newcomer/reading', JSON.stringify(reading), { qos: 1 });
    await client.publishAsync(FRAMES, encodeDlt645('161', FORWARD, [value]), { qos: 1 });
  }
  await client.endAsync();
}

function start(folder: string, nowMs = NOW_MS, settings: Record<string, string> = {}): Promise<RunningPlatform> {
  return startPlatform({ folder, settings: { CLOCK_START: new Date(nowMs).toISOString(), ...settings } });
}

async function connect(url: string, user: string, password: string): Promise<MqttClient> {
  const client = await mqtt.connectAsync(
    url,
    { username: user, password, clientId: `${user}-client`, reconnectPeriod: 0 },
    false,
  );
  onTestFinished(() => client.endAsync(true));
  return client;
}

function readings(api: ApiClient, meter: string): Promise<Reading[]> {
  return api.items<Reading>(`/meters/${meter}/readings?from=0&to=${NOW_MS + 9 * DAY_MS}`);
}

async function totals(api: ApiClient, meter: string): Promise<number[]> {
  return (await readings(api, meter)).map(({ total }) => total);
}

async function reasons(api: ApiClient): Promise<string[]> {
  return (await api.items<QuarantineItem>('/quarantine')).map(({ reason }) => reason);
}

async function heardCounts(api: ApiClient): Promise<Record<string, number>> {
  const heard = await api.items<HeardMeterItem>('/discovery/meters');
  return Object.fromEntries(heard.map(({ name, count }) => [name, count]));
}

async function usedInAll(api: ApiClient, meter: string): Promise<number> {
  const day = (ms: number): string => encodeURIComponent(`${new Date(ms).toISOString().slice(0, 10)}T00:00:00+08:00`);
  const [from, to] = [day(NOW_MS - 2 * DAY_MS), day(NOW_MS + 4 * DAY_MS)];
  const usage = await api.items<MeterUsageItem>(`/meters/${meter}/usage?from=${from}&to=${to}&step=1d`);
  return usage.reduce((sum, { value }) => sum + (value ?? 0), 0);
}
