import fc from 'fast-check';
import { expect, test } from 'vitest';

import { decodeSparkplug } from '../../../../../gateway/decode/sparkplug-b/decode.ts';
import { readPayload } from '../../../../../gateway/decode/sparkplug-b/payload.ts';
import { createSparkplugSessions } from '../../../../../gateway/decode/sparkplug-b/sessions.ts';
import { BEGINNING, createTestNode, encoded, metric, unit } from './edge-node.ts';

const message = { topic: 'spBv1.0/g/DDATA/e/m', source: 'e', receivedAtMs: BEGINNING, position: 1 };

const KINDS = ['NBIRTH', 'NDATA', 'NDEATH', 'DBIRTH', 'DDATA', 'DDEATH'] as const;

test('never throws, whatever the bytes', () => {
  const sessions = createSparkplugSessions();
  let position = 0;
  const check = (kind: (typeof KINDS)[number], payload: Uint8Array): void => {
    position++;
    const topic = `spBv1.0/g/${kind}/e${kind.startsWith('D') ? '/m' : ''}`;
    const { items, refused } = decodeSparkplug({ ...message, topic, payload, position }, sessions);
    for (const { address } of items) expect(typeof address).toBe('string');
    for (const { detail } of refused) expect(detail.length).toBeLessThan(1000);
  };
  fc.assert(fc.property(fc.constantFrom(...KINDS), fc.uint8Array({ maxLength: 200 }), check), { numRuns: 10_000 });
});

test('never throws: bytes changed in a payload that is right', () => {
  const whole = encoded({
    timestamp: BEGINNING,
    seq: 3,
    metrics: [
      metric('total', 12.5, { alias: 1, ...unit('kWh') }),
      metric('power', -3, { alias: 2, type: 'Int32' }),
      metric('bdSeq', 1, { type: 'UInt64' }),
    ],
  });
  const sessions = createSparkplugSessions();
  const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.constantFrom(...KINDS), changes, (kind, list) => {
      const payload = whole.slice();
      for (const [at, byte] of list) payload[at] = byte;
      const topic = `spBv1.0/g/${kind}/e${kind.startsWith('D') ? '/m' : ''}`;
      decodeSparkplug({ ...message, topic, payload }, sessions);
    }),
    { numRuns: 10_000 },
  );
});

test('a payload cut at any byte is refused, or is whole up to a field of its own', () => {
  const whole = encoded({ timestamp: BEGINNING, metrics: [metric('total', 12.5), metric('power', 2)], seq: 3 });
  for (let length = 0; length < whole.length; length++) {
    const outcome = readPayload(whole.subarray(0, length));
    if (outcome.ok) expect(outcome.payload.metrics.every(({ value }) => value.kind === 'real')).toBe(true);
    else expect(outcome.reason).toBe('truncated');
  }
});

test.each([
  ['a varint without an end', new Uint8Array(100).fill(0xff)],
  ['a length beyond the payload', Uint8Array.of(0x12, 0xff, 0xff, 0xff, 0xff, 0x7f)],
  ['a length of 64 bits', Uint8Array.of(0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01)],
  ['groups', Uint8Array.of(0x0b, 0x0b, 0x0c, 0x0c)],
  [
    'a field of the metric that runs into the next',
    Uint8Array.of(0x12, 0x02, 0x0a, 0x05, 0x61, 0x62, 0x63, 0x64, 0x65),
  ],
])('%s is refused', (_, payload) => {
  expect(readPayload(payload)).toMatchObject({ ok: false, reason: 'truncated' });
});

test('templates nested a thousand deep are passed over', () => {
  let inner: Uint8Array = new Uint8Array();
  for (let depth = 0; depth < 1000; depth++) inner = delimited(18, delimited(2, inner));
  expect(readPayload(delimited(2, inner)).ok).toBe(true);
});

test('a million metrics are refused before they take memory', () => {
  const payload = new Uint8Array(2_000_000);
  for (let at = 0; at < payload.length; at += 2) payload[at] = 0x12;
  const { refused } = decodeSparkplug({ ...message, payload }, createSparkplugSessions());
  expect(refused).toMatchObject([{ index: -1, reason: 'too-many-items' }]);
});

test('names of the language’s own objects are names like others', () => {
  const node = createTestNode();
  const names = ['__proto__', 'constructor', '__proto__/total', 'constructor/power', 'toString/total'];
  const metrics = names.map((name, alias) => metric(name, 1, { alias, ...unit('constructor', '__proto__') }));
  const { items } = node.send('DBIRTH/__proto__', { timestamp: BEGINNING, metrics });
  expect(items.map(({ address }) => address)).toEqual([
    '__proto__/__proto__',
    '__proto__/constructor',
    '__proto__/toString',
  ]);
  expect(({} as Record<string, unknown>)['total']).toBeUndefined();
  const { refused } = node.send('DBIRTH/m', {
    timestamp: BEGINNING,
    metrics: [metric('power', 1, unit('constructor'))],
  });
  expect(refused).toMatchObject([{ reason: 'bad-unit' }]);
});

function delimited(field: number, content: Uint8Array): Uint8Array {
  const tag = (field << 3) | 2;
  return Buffer.concat([Uint8Array.from([...varint(tag), ...varint(content.length)]), content]);
}

function varint(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    out.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return [...out, rest];
}
