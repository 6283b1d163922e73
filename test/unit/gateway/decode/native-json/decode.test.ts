import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import type { QuarantineReason } from '../../../../../domain/reading.ts';
import { decodeNativeJson } from '../../../../../gateway/decode/native-json/decode.ts';

const decode = (payload: string | Uint8Array, meter?: string) =>
  decodeNativeJson(typeof payload === 'string' ? Buffer.from(payload) : payload, meter);

const good: { name: string; meter?: string; payload: string; want: ReturnType<typeof decode>['items'] }[] = [
  {
    name: 'one reading',
    meter: 'm1',
    payload: '{"total":1}',
    want: [{ meter: 'm1', index: -1, fields: { total: 1 } }],
  },
  {
    name: 'an array',
    meter: 'm1',
    payload: '[{"total":1},{"rate":2}]',
    want: [
      { meter: 'm1', index: 0, fields: { total: 1 } },
      { meter: 'm1', index: 1, fields: { rate: 2 } },
    ],
  },
  {
    name: 'each item its meter',
    payload: '[{"meter":"a","total":1},{"meter":"b","total":2}]',
    want: [
      { meter: 'a', index: 0, fields: { meter: 'a', total: 1 } },
      { meter: 'b', index: 1, fields: { meter: 'b', total: 2 } },
    ],
  },
  {
    name: 'the topic decides the meter, not the payload',
    meter: 'm1',
    payload: '{"meter":"other","total":1}',
    want: [{ meter: 'm1', index: -1, fields: { meter: 'other', total: 1 } }],
  },
  {
    name: 'a byte order mark',
    meter: 'm1',
    payload: '\uFEFF{"total":1}',
    want: [{ meter: 'm1', index: -1, fields: { total: 1 } }],
  },
];

for (const { name, meter, payload, want } of good) {
  test(`native JSON: ${name}`, () => expect(decode(payload, meter)).toEqual({ items: want, refused: [] }));
}

const bad: { name: string; meter?: string; payload: string | Uint8Array; want: [number, QuarantineReason][] }[] = [
  { name: 'nothing', meter: 'm1', payload: '', want: [[-1, 'not-json']] },
  { name: 'text', meter: 'm1', payload: 'total=5', want: [[-1, 'not-json']] },
  { name: 'NaN', meter: 'm1', payload: '{"total":NaN}', want: [[-1, 'not-json']] },
  { name: 'cut off', meter: 'm1', payload: '{"total":1', want: [[-1, 'not-json']] },
  { name: 'no UTF-8', meter: 'm1', payload: Uint8Array.of(0x22, 0xff, 0x22), want: [[-1, 'not-json']] },
  { name: 'a number', meter: 'm1', payload: '5', want: [[-1, 'bad-shape']] },
  { name: 'null', meter: 'm1', payload: 'null', want: [[-1, 'bad-shape']] },
  { name: 'a string', meter: 'm1', payload: '"5"', want: [[-1, 'bad-shape']] },
  { name: 'an empty array', meter: 'm1', payload: '[]', want: [[-1, 'no-quantity']] },
  { name: 'one reading where each names its meter', payload: '{"meter":"a","total":1}', want: [[-1, 'bad-shape']] },
  {
    name: 'items without a meter, or with a bad one',
    payload: '[{"total":1},{"meter":5},{"meter":"a b"},{"meter":""}]',
    want: [0, 1, 2, 3].map((index) => [index, 'bad-shape']),
  },
  {
    name: 'items that are no objects',
    meter: 'm1',
    payload: '[1,null,[],"x",true]',
    want: [0, 1, 2, 3, 4].map((index) => [index, 'bad-shape']),
  },
  {
    name: 'more than 1,000 items',
    meter: 'm1',
    payload: JSON.stringify(Array.from({ length: 1001 }, () => ({ total: 1 }))),
    want: [[-1, 'too-many-items']],
  },
];

for (const { name, meter, payload, want } of bad) {
  test(`native JSON refuses: ${name}`, () => {
    const { items, refused } = decode(payload, meter);
    expect(items).toEqual([]);
    expect(refused.map(({ index, reason }) => [index, reason])).toEqual(want);
    for (const { detail } of refused) expect(detail).not.toBe('');
  });
}

test('native JSON: 1,000 items are taken', () => {
  const payload = JSON.stringify(Array.from({ length: 1000 }, () => ({ total: 1 })));
  expect(decode(payload, 'm1').items.length).toBe(1000);
});

test('native JSON: good items are kept beside bad ones, each with its index', () => {
  const { items, refused } = decode('[{"total":1},7,{"total":3}]', 'm1');
  expect(items.map(({ index }) => index)).toEqual([0, 2]);
  expect(refused.map(({ index }) => index)).toEqual([1]);
});

test('native JSON: keys of the prototype are plain fields', () => {
  const { items } = decode('{"__proto__":{"total":5},"constructor":1}', 'm1');
  expect(items[0]?.fields['total']).toBeUndefined();
});

const meters = fc.option(fc.constant('m1'), { nil: undefined });

test('native JSON: random bytes never throw, and end as at least one item or refusal', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), meters, (payload, meter) => {
      const { items, refused } = decode(payload, meter);
      expect(items.length + refused.length).toBeGreaterThan(0);
    }),
  );
});

test('native JSON: of any JSON, every item ends as one item or one refusal', () => {
  fc.assert(
    fc.property(fc.json(), meters, (payload, meter) => {
      const { items, refused } = decode(payload, meter);
      const value: unknown = JSON.parse(payload);
      expect(items.length + refused.length).toBe(Array.isArray(value) ? Math.max(1, value.length) : 1);
    }),
  );
});
