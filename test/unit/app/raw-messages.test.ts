import { expect, test } from 'vitest';

import { createRawMessages } from '../../../app/raw-messages.ts';
import { createZone } from '../../../domain/zone.ts';
import { createSparkplugSessions } from '../../../gateway/decode/sparkplug-b/sessions.ts';
import { createDirectory, type DirectoryMeter } from '../../../gateway/directory.ts';
import type { RawMessageAt } from '../../../services/provenance/raw-messages.ts';
import { encodeDlt645 } from '../../../simulators/encoders/dlt645-2007.ts';
import { createSparkplugNode } from '../../../simulators/encoders/sparkplug-node.ts';
import { decodeSparkplug } from '../../../gateway/decode/sparkplug-b/decode.ts';

const NOW_MS = Date.parse('2026-05-02T08:00:00+08:00');
const zone = createZone('Asia/Shanghai');
const frame = (address: string, total: number): Buffer => encodeDlt645(address, '00010000', [total]);

const meter = (id: string, over: Partial<DirectoryMeter> = {}): DirectoryMeter => ({
  id,
  collectorId: 'c1',
  medium: 'electricity',
  registerUnit: 'kWh',
  ...over,
});

const sessions = createSparkplugSessions();
const directory = createDirectory();
directory.replace({
  meters: [
    meter('a', { address: '161' }),
    meter('b', { address: '162' }),
    meter('s', { address: 'm1', format: 'sparkplug-b' }),
    meter('mine', { collectorId: 'c2' }),
  ],
  bindings: [{ id: 'both', collectorId: 'c1', topic: 'both', format: 'native-json', mapping: null }],
});

async function read(topic: string, payload: string | Buffer, source = 'c1'): Promise<RawMessageAt> {
  const message = { position: 7, receivedAtMs: NOW_MS, source, topic, payload: Buffer.from(payload) };
  const messages = createRawMessages({
    archive: { find: (position) => Promise.resolve(position === 7 ? { message, in: 'archive' } : undefined) },
    directory,
    sessions,
    baseTopic: 'energy/v1',
    zone,
    limits: { maxAheadMs: 600_000, retentionMs: 1e12, frameClockMs: 1e9 },
  });
  expect(await messages.at(8)).toBeUndefined();
  return (await messages.at(7))!;
}

const partsOf = ({ items }: RawMessageAt): (string | null)[] =>
  items.map(({ part }) => (part === null ? null : Buffer.from(part).toString('latin1')));

test('a message on a meter’s own topic is that meter’s alone, whatever is in it', async () => {
  const message = await read('energy/v1/c1/a/reading', '{"ts":1,"total":');
  expect([message.onlyMeter, message.in]).toEqual(['a', 'archive']);
  expect(message.items).toEqual([expect.objectContaining({ meter: 'a', observedAtMs: null, values: {}, part: null })]);
  // Below somebody else's name: it was never that meter's.
  expect((await read('energy/v1/c1/a/reading', '{"ts":1,"total":2}', 'c2')).onlyMeter).toBeNull();
});

test('readings of several meters are told apart by their elements', async () => {
  const readings = [
    { meter: 'a', ts: NOW_MS, total: 1 },
    { meter: 'b', ts: NOW_MS, total: 2 },
    { meter: 'mine', ts: NOW_MS, total: 3 },
    'rubbish',
  ];
  const message = await read('energy/v1/c1/readings', JSON.stringify(readings));
  expect(message.onlyMeter).toBeNull();
  expect(message.items.map(({ meter: id, index, observedAtMs, values }) => [id, index, observedAtMs, values])).toEqual([
    ['a', 0, NOW_MS, { total: 1 }],
    ['b', 1, NOW_MS, { total: 2 }],
    ['mine', 2, null, {}],
    [null, 3, null, {}],
  ]);
  expect(partsOf(message)).toEqual([JSON.stringify(readings[0]), JSON.stringify(readings[1]), null, null]);
  expect((await read('energy/v1/c1/readings', JSON.stringify(readings.slice(0, 1)))).onlyMeter).toBe('a');
});

test('frames of several meters are told apart by their bytes', async () => {
  const [one, two] = [frame('161', 12.5), frame('162', 7)];
  const both = await read('energy/v1/c1/frames', Buffer.concat([one, two]));
  expect([both.onlyMeter, both.items.map(({ meter: id, address }) => [id, address])]).toEqual([
    null,
    [
      ['a', '161'],
      ['b', '162'],
    ].map(([id, address]) => [id, expect.stringMatching(new RegExp(`^0*${address}$`))]),
  ]);
  expect(partsOf(both)).toEqual([one, two].map((bytes) => bytes.toString('latin1')));
  const alone = await read('energy/v1/c1/frames', JSON.stringify({ ts: NOW_MS - 1000, hex: one.toString('hex') }));
  expect([alone.onlyMeter, alone.items[0]?.observedAtMs, alone.items[0]?.values]).toEqual([
    'a',
    NOW_MS - 1000,
    { total: 12.5 },
  ]);
  // A frame of a stranger beside it: the message is not one meter's.
  expect((await read('energy/v1/c1/frames', Buffer.concat([one, frame('999', 1)]))).onlyMeter).toBeNull();
});

test('what another system mixes in one message has no part of one meter', async () => {
  const payload = JSON.stringify([
    { meter: 'a', ts: NOW_MS, total: 1 },
    { meter: 'b', ts: NOW_MS, total: 2 },
  ]);
  const message = await read('both', payload);
  expect([message.onlyMeter, message.items.map(({ meter: id }) => id), partsOf(message)]).toEqual([
    null,
    ['a', 'b'],
    [null, null],
  ]);
});

test('a Sparkplug message is read by the births of its time, and changes nothing of its session', async () => {
  const node = createSparkplugNode('plant', 'c1', 1);
  const value = (total: number) =>
    [{ metric: { name: 'total', alias: 7, type: 'Double', unit: 'kWh' }, value: total }] as never;
  for (const [n, { topic, payload }] of [
    node.birth(NOW_MS - 9000),
    node.deviceBirth('m1', NOW_MS - 9000, value(10)),
  ].entries())
    decodeSparkplug(
      { position: n, receivedAtMs: NOW_MS - 9000, source: 'c1', topic, payload: Buffer.from(payload) },
      sessions,
    );
  const before = JSON.stringify(sessions.nodes());
  const { topic, payload } = node.deviceData('m1', NOW_MS - 1000, value(11));
  const message = await read(topic, Buffer.from(payload));
  expect([message.onlyMeter, message.items[0]?.values]).toEqual(['s', { total: 11 }]);
  expect(JSON.stringify(sessions.nodes())).toBe(before);
});
