import mqtt, { type MqttClient } from 'mqtt';
import { expect, test } from 'vitest';

import type { ApiClient } from '../support/api-client.ts';
import { postCollector, postInstitution, postMeter } from '../support/pipeline-registry.ts';
import { startPlatform, type RunningPlatform } from '../support/start-platform.ts';
import { tempFolder } from '../support/temp-folder.ts';

const NOW_MS = Date.parse('2026-11-20T12:00:00+08:00');
const SOON = { timeout: 30_000, interval: 100 };
const BASE = 'energy/v1';
const reading = (over: object): string => JSON.stringify({ ts: NOW_MS - 3_600_000, total: 1, ...over });

/** Published by c1, whose only meter is m1; m2 is c2's. */
const WRONG: { name: string; topic?: string; payload: string | Buffer; reason: string }[] = [
  { name: 'not JSON', payload: 'total=12.5', reason: 'not-json' },
  { name: 'nothing', payload: '', reason: 'not-json' },
  { name: 'bytes that are no UTF-8', payload: Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x7d]), reason: 'not-json' },
  { name: 'NaN', payload: `{"ts":${NOW_MS - 60_000},"total":NaN}`, reason: 'not-json' },
  { name: 'a number beyond all', payload: `{"ts":${NOW_MS - 60_000},"total":1e999}`, reason: 'bad-value' },
  { name: 'a string for a number', payload: reading({ total: '12.5' }), reason: 'bad-value' },
  { name: 'no quantity', payload: reading({ total: undefined, seq: 7 }), reason: 'no-quantity' },
  { name: 'a bad unit', payload: reading({ unit: 'furlong' }), reason: 'bad-unit' },
  { name: 'the year 2100', payload: reading({ ts: '2100-01-01T00:00:00Z' }), reason: 'clock-ahead' },
  { name: 'local time without offset', payload: reading({ ts: '2026-11-20 08:00:00' }), reason: 'bad-time' },
  { name: 'a number instead of a reading', payload: '42', reason: 'bad-shape' },
  {
    name: '1001 items',
    payload: JSON.stringify(Array.from({ length: 1001 }, (_, n) => ({ ts: NOW_MS - n * 1000, total: 1 }))),
    reason: 'too-many-items',
  },
  { name: 'an unknown meter', topic: `${BASE}/c1/nobody/reading`, payload: reading({}), reason: 'unknown-meter' },
  { name: "another collector's meter", topic: `${BASE}/c1/m2/reading`, payload: reading({}), reason: 'foreign-meter' },
  {
    name: "below another collector's name",
    topic: `${BASE}/c2/m2/reading`,
    payload: reading({}),
    reason: 'topic-not-allowed',
  },
  { name: 'outside of all names', topic: 'somewhere/else', payload: reading({}), reason: 'topic-not-allowed' },
  { name: 'an unknown topic', topic: `${BASE}/c1/m1/telemetry`, payload: reading({}), reason: 'unknown-topic' },
];

interface QuarantineItem {
  topic: string;
  collector: string | null;
  payload: string;
  reason: string;
  detail: string;
  index: number | null;
}

interface Office {
  platform: RunningPlatform;
  folder: string;
  api: ApiClient;
  tokens: { c1: string; c2: string };
  connect(collector: 'c1' | 'c2', clientId: string): Promise<MqttClient>;
}

test('every wrong payload is acknowledged, is in quarantine with reason and bytes, and harms nothing else', async () => {
  const { api, connect } = await office();
  const client = await connect('c1', 'c1-client');
  let closed = 0;
  client.on('close', () => closed++);
  let total = 0;
  for (const { topic = `${BASE}/c1/m1/reading`, payload } of WRONG) {
    await client.publishAsync(topic, payload, { qos: 1 });
    // The next message of the same client arrives.
    total++;
    const good = { ts: NOW_MS - 86_400_000 + total * 60_000, total };
    await client.publishAsync(`${BASE}/c1/m1/reading`, JSON.stringify(good), { qos: 1 });
  }
  await expect.poll(async () => (await api.items('/quarantine')).length, SOON).toBe(WRONG.length);
  const found = (await api.items<QuarantineItem>('/quarantine')).reverse();
  expect(
    found.map(({ topic, collector, payload, reason, index }) => ({ topic, collector, payload, reason, index })),
  ).toEqual(
    WRONG.map(({ topic = `${BASE}/c1/m1/reading`, payload, reason }) => ({
      topic,
      collector: 'c1',
      payload: Buffer.from(payload).toString('base64'),
      reason,
      index: null,
    })),
  );
  expect(found.filter(({ detail }) => detail.length < 10)).toEqual([]);
  await expect.poll(() => totalsOf(api, 'm1'), SOON).toEqual(WRONG.map((_, n) => n + 1));
  expect(await totalsOf(api, 'm2')).toEqual([]);
  expect(closed).toBe(0);
  expect(client.connected).toBe(true);
  expect(await api.get('/health')).toMatchObject({ status: 'ok' });
});

test('of an array the good items are stored, the bad ones quarantined with their index', async () => {
  const { api, connect } = await office();
  const client = await connect('c1', 'c1-client');
  const items = [
    { meter: 'm1', ts: NOW_MS - 4000, total: 1 },
    { meter: 'm1', ts: NOW_MS - 3000, total: 'two' },
    { meter: 'm2', ts: NOW_MS - 3000, total: 3 },
    { meter: 'nobody', ts: NOW_MS - 3000, total: 4 },
    'five',
    { meter: 'm1', ts: NOW_MS - 1000, total: 6 },
  ];
  const payload = JSON.stringify(items);
  await client.publishAsync(`${BASE}/c1/readings`, payload, { qos: 1 });
  await expect.poll(() => totalsOf(api, 'm1'), SOON).toEqual([1, 6]);
  await expect.poll(async () => (await api.items('/quarantine')).length, SOON).toBe(4);
  const found = await api.items<QuarantineItem>('/quarantine');
  expect(new Map(found.map(({ index, reason }) => [index, reason]))).toEqual(
    new Map([
      [1, 'bad-value'],
      [2, 'foreign-meter'],
      [3, 'unknown-meter'],
      [4, 'bad-shape'],
    ]),
  );
  for (const item of found) expect(Buffer.from(item.payload, 'base64').toString()).toBe(payload);
});

test("a wrong password and another user's client id are refused, the latter over a restart too", async () => {
  const { platform, folder, tokens, connect } = await office();
  const owner = await connect('c1', 'shared-id');
  let closed = 0;
  owner.on('close', () => closed++);
  const refused = { code: 4 };
  const attempt = (url: string, username: string, password: string, clientId: string): Promise<MqttClient> =>
    mqtt.connectAsync(url, { username, password, clientId, reconnectPeriod: 0 }, false);

  for (const [username, password] of [
    ['c1', tokens.c2],
    ['c1', ''],
    ['nobody', tokens.c1],
    ['alerts', tokens.c1],
  ] as const) {
    await expect(attempt(platform.mqttUrl, username, password, 'fresh-id')).rejects.toMatchObject(refused);
  }
  await expect(attempt(platform.mqttUrl, 'c2', tokens.c2, 'shared-id')).rejects.toMatchObject(refused);
  // Who had the id first is not thrown out by the attempt.
  await owner.publishAsync(`${BASE}/c1/m1/reading`, reading({}), { qos: 1 });
  expect(closed).toBe(0);
  await owner.endAsync();
  await platform.stop();

  const again = await start(folder);
  await expect(attempt(again.mqttUrl, 'c2', tokens.c2, 'shared-id')).rejects.toMatchObject(refused);
  const back = await attempt(again.mqttUrl, 'c1', tokens.c1, 'shared-id');
  await back.endAsync();
});

test('a collector subscribes to nothing but its own commands', async () => {
  const { connect } = await office();
  const [client, other] = [await connect('c1', 'c1-client'), await connect('c2', 'c2-client')];
  const received: string[] = [];
  client.on('message', (topic) => received.push(topic));
  for (const filter of [
    '#',
    '+/#',
    `${BASE}/#`,
    `${BASE}/c2/command`,
    `${BASE}/+/command`,
    `${BASE}/alerts/#`,
    '$SYS/#',
  ]) {
    const granted = await client.subscribeAsync(filter, { qos: 1 }).then(
      (grants) => grants.map(({ qos }) => qos),
      () => [128],
    );
    expect({ filter, granted }).toEqual({ filter, granted: [128] });
  }
  expect((await client.subscribeAsync(`${BASE}/c1/command`, { qos: 1 })).map(({ qos }) => qos)).toEqual([1]);
  await other.publishAsync(`${BASE}/c2/m2/reading`, reading({}), { qos: 1 });
  await other.publishAsync(`${BASE}/c2/status`, 'online', { qos: 1, retain: true });
  // Its own acknowledgement comes after whatever the broker would have handed over before.
  await client.publishAsync(`${BASE}/c1/m1/reading`, reading({}), { qos: 1 });
  expect(received).toEqual([]);
});

test('what is registered is known at once: the first message after the answer is a reading', async () => {
  const { platform, api } = await office();
  for (let n = 0; n < 25; n++) {
    const collector = `late-c${n}`;
    const token = await postCollector(api, collector);
    const client = await mqtt.connectAsync(
      platform.mqttUrl,
      { username: collector, password: token, clientId: collector, reconnectPeriod: 0 },
      false,
    );
    await postMeter(api, { id: `late-m${n}`, institutionId: 'office', collectorId: collector });
    await client.publishAsync(`${BASE}/${collector}/late-m${n}/reading`, reading({ total: n }), { qos: 1 });
    await client.endAsync();
  }
  for (let n = 0; n < 25; n++) await expect.poll(() => totalsOf(api, `late-m${n}`), SOON).toEqual([n]);
  expect(await api.items('/quarantine')).toEqual([]);
});

async function office(): Promise<Office> {
  const folder = await tempFolder();
  const platform = await start(folder);
  const api = await platform.logIn();
  await postInstitution(api, 'office');
  const tokens = { c1: await postCollector(api, 'c1'), c2: await postCollector(api, 'c2') };
  await postMeter(api, { id: 'm1', institutionId: 'office', collectorId: 'c1' });
  await postMeter(api, { id: 'm2', institutionId: 'office', collectorId: 'c2' });
  return {
    platform,
    folder,
    api,
    tokens,
    connect: (collector, clientId) =>
      mqtt.connectAsync(
        platform.mqttUrl,
        { username: collector, password: tokens[collector], clientId, reconnectPeriod: 0 },
        false,
      ),
  };
}

function start(folder: string): Promise<RunningPlatform> {
  return startPlatform({ folder, settings: { CLOCK_START: new Date(NOW_MS).toISOString() } });
}

async function totalsOf(api: ApiClient, meter: string): Promise<number[]> {
  const items = await api.items<{ total: number }>(`/meters/${meter}/readings?from=0&to=${NOW_MS + 86_400_000}`);
  return items.map(({ total }) => total);
}
