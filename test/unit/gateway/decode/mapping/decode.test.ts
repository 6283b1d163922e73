import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { fieldMappingSchema, type FieldMapping } from '../../../../../domain/field-mapping.ts';
import { METRICS } from '../../../../../domain/quantity.ts';
import { compileMapping } from '../../../../../gateway/decode/mapping/compile.ts';
import { decodeMapping } from '../../../../../gateway/decode/mapping/decode.ts';
import { context, decodeJson } from './decode-json.ts';

const SIMPLE: FieldMapping = {
  rules: [
    {
      address: '{address}',
      time: { path: 'at', format: 'auto' },
      fields: [
        { path: 'v.kwh', quantity: 'total', unit: 'kWh' },
        { path: 'v.kw', quantity: 'rate' },
      ],
    },
  ],
};
const AT = 1_767_853_800_000;

describe('one reading', () => {
  test('quantities, unit, time, address', () => {
    expect(decodeJson(SIMPLE, { at: AT, v: { kwh: 12.5, kw: 3 } })).toEqual({
      items: [{ address: 'm1', format: 'mapping', index: -1, fields: { ts: AT, total: 12.5, unit: 'kWh', rate: 3 } }],
      refused: [],
    });
  });

  test.each([
    ['without a time', { v: { kw: 3 } }, { rate: 3 }],
    ['a time that is null', { at: null, v: { kw: 3 } }, { rate: 3 }],
    ['numbers as text', { v: { kwh: ' 123.4 ', kw: '-1e3' } }, { total: 123.4, unit: 'kWh', rate: -1000 }],
    ['null and empty text are not there', { v: { kwh: null, kw: 1, x: '' } }, { rate: 1 }],
    ['the unit of a register that is not there', { v: { kw: 1 } }, { rate: 1 }],
    ['an object where a number was looked for', { v: { kwh: { value: 1 }, kw: 1 } }, { rate: 1 }],
  ])('%s', (_, payload, fields) => {
    expect(decodeJson(SIMPLE, payload).items.map((item) => item.fields)).toEqual([fields]);
  });

  test.each([
    ['a text', { v: { kwh: 'much', kw: 1 } }, 'v.kwh'],
    ['true', { v: { kwh: 1, kw: true } }, 'v.kw'],
    ['a number with its unit', { v: { kwh: '12 kWh' } }, 'v.kwh'],
    ['hexadecimal', { v: { kwh: '0x10' } }, 'v.kwh'],
  ])('a wrong type refuses the reading and names the path: %s', (_, payload, path) => {
    const { items, refused } = decodeJson(SIMPLE, payload);
    expect(items).toEqual([]);
    expect(refused).toMatchObject([{ index: -1, reason: 'bad-value', address: 'm1' }]);
    expect(refused[0]!.detail).toContain(path);
  });

  test('a time that is none', () => {
    expect(decodeJson(SIMPLE, { at: 'noon', v: { kw: 1 } }).refused).toMatchObject([{ reason: 'bad-time' }]);
  });

  test('nothing found names what was looked for', () => {
    const { items, refused } = decodeJson(SIMPLE, { other: 1 });
    expect(items).toEqual([]);
    expect(refused).toMatchObject([{ index: -1, reason: 'no-quantity' }]);
    expect(refused[0]!.detail).toContain('v.kwh, v.kw');
  });

  test('what is no JSON', () => {
    expect(decodeJson(SIMPLE, '{"v":').refused).toMatchObject([{ index: -1, reason: 'not-json' }]);
  });

  test('factors, and registers with units of their own', () => {
    const mapping: FieldMapping = {
      rules: [
        {
          address: '{address}',
          fields: [
            { path: 'wh', quantity: 'total', unit: 'Wh', factor: 10 },
            { path: 'peak', quantity: 't1', unit: 'kWh' },
            { path: 'litres', quantity: 'volume', unit: 'L' },
            { path: 'q', quantity: 'reactive1', unit: 'kWh' },
            { path: 'w', quantity: 'rate', factor: 0.001 },
          ],
        },
      ],
    };
    const { items } = decodeJson(mapping, { wh: 150, peak: 0.5, litres: 2500, q: 7, w: 4521 });
    expect(items[0]!.fields).toEqual({
      total: 1500,
      unit: 'Wh',
      registers: { t1: 500, volume: 2.5, reactive1: 7 },
      rate: 4.521,
    });
  });

  test('of several fields for a quantity the first that is there', () => {
    const mapping: FieldMapping = {
      rules: [
        {
          address: '{address}',
          fields: [
            { path: 'a', quantity: 'total' },
            { path: 'b', quantity: 'total' },
          ],
        },
      ],
    };
    expect(decodeJson(mapping, { b: 2 }).items[0]!.fields).toEqual({ total: 2 });
    expect(decodeJson(mapping, { b: 2, a: 1 }).items[0]!.fields).toEqual({ total: 1 });
  });
});

describe('which meter', () => {
  const field = [{ path: '$.v', quantity: 'total' as const }];
  const rule = (address: string): FieldMapping => ({ rules: [{ address, fields: field }] });

  test.each([
    ['named levels', '{site}-{line}', { site: 'a', line: 'b' }, {}, { address: 'a-b' }],
    ['a path', '{path:sn}', {}, { sn: 12_109_132_830_004 }, { address: '12109132830004' }],
    ['a collector that is the device itself', '{address}/1', { collector: 'plug' }, {}, { address: 'plug/1' }],
    ['its own level before that', '{address}', { collector: 'c', address: 'a' }, {}, { address: 'a' }],
    ['the meter’s id', '{meter}', { meter: 'm-7' }, {}, { meter: 'm-7' }],
    ['the meter’s id, where the address cannot be made up', '{path:sn}', { meter: 'm-7' }, {}, { meter: 'm-7' }],
  ])('%s', (_, address, levels, payload, want) => {
    const { items } = decodeJson(rule(address), { v: 1, ...payload }, levels);
    expect(items).toEqual([{ ...want, format: 'mapping', index: -1, fields: { total: 1 } }]);
  });

  test.each([
    ['a level that the topic has not', '{device}', {}],
    ['a path where there is nothing', '{path:sn}', {}],
    ['a path to an object', '{path:sn}', { sn: {} }],
    ['a name of the language', '{constructor}', {}],
    ['more than an address has', '{path:sn}', { sn: 'x'.repeat(200) }],
  ])('none: %s', (_, address, payload) => {
    expect(decodeJson(rule(address), { v: 1, ...payload }, {}).refused).toMatchObject([{ reason: 'no-quantity' }]);
  });
});

describe('which messages', () => {
  const field = [{ path: 'v', quantity: 'total' as const }];

  test('a rule’s topic narrows, and its names can be used', () => {
    const mapping: FieldMapping = {
      rules: [
        { topic: 'site/{device}/up', address: '{device}/up', fields: field },
        { topic: 'site/{device}/down', address: '{device}/down', fields: field },
      ],
    };
    expect(decodeJson(mapping, { v: 1 }, {}, 'site/x/down').items).toMatchObject([{ address: 'x/down' }]);
    expect(decodeJson(mapping, { v: 1 }, {}, 'site/x/else').refused).toMatchObject([{ reason: 'no-quantity' }]);
  });

  test.each([
    ['is', { is: ['1', 'on'] }, { c: 1 }, true],
    ['is not there', { is: [''] }, {}, true],
    ['is there', { isNot: [''] }, { c: false }, true],
    ['null is not there', { isNot: [''] }, { c: null }, false],
    ['is another', { is: ['1'] }, { c: 2 }, false],
    ['is none of', { isNot: ['x'] }, { c: 'x' }, false],
    ['is an array', { is: ['[]'] }, { c: [1] }, true],
    ['is an object', { is: ['{}'] }, { c: {} }, true],
  ])('a condition: %s', (_, condition, payload, want) => {
    const mapping: FieldMapping = {
      rules: [{ when: [{ path: 'c', ...condition }], address: '{address}', fields: field }],
    };
    expect(decodeJson(mapping, { v: 1, ...payload }).items).toHaveLength(want ? 1 : 0);
  });

  test('what is passed over by design is no reading, and not kept', () => {
    const mapping: FieldMapping = {
      rules: [{ address: '{address}', fields: field }],
      passOver: [{ when: [{ path: 'type', is: ['login'] }] }, { topic: 'site/+/heart' }],
    };
    expect(decodeJson(mapping, { type: 'login' })).toEqual({ items: [], refused: [] });
    expect(decodeJson(mapping, {}, {}, 'site/x/heart')).toEqual({ items: [], refused: [] });
    expect(decodeJson(mapping, { type: 'other' }).refused).toHaveLength(1);
    expect(decodeJson(mapping, { type: 'login', v: 1 }).items).toHaveLength(1);
  });
});

describe('members', () => {
  const each = (path: string, key?: string): FieldMapping => ({
    rules: [
      {
        each: path,
        key,
        address: '{address}/{key}',
        time: { path: '$.at', format: 'epoch-ms' },
        fields: [{ path: 'v', quantity: 'total' }],
      },
    ],
  });

  test('of an array, of an object, of the message itself', () => {
    const want = [
      ['m1/0', 0, { ts: AT, total: 1 }],
      ['m1/1', 1, { ts: AT, total: 2 }],
    ];
    const found = (mapping: FieldMapping, payload: unknown): unknown =>
      decodeJson(mapping, payload).items.map(({ address, index, fields }) => [address, index, fields]);
    expect(found(each('list'), { at: AT, list: [{ v: 1 }, { v: 2 }] })).toEqual(want);
    expect(found(each('list'), { at: AT, list: { 0: { v: 1 }, 1: { v: 2 } } })).toEqual(want);
    expect(found(each('$'), { 0: { v: 1 }, 1: { v: 2 }, at: AT })).toEqual(want);
    expect(found(each('$'), [{ v: 1 }])).toEqual([['m1/0', -1, { total: 1 }]]);
  });

  test('whose keys fit, with names in them', () => {
    const mapping = each('$', 'em:{channel}');
    mapping.rules[0]!.address = '{channel}';
    const { items } = decodeJson(mapping, { 'em:3': { v: 1 }, 'em1:3': { v: 2 }, sys: { v: 3 } });
    expect(items.map(({ address }) => address)).toEqual(['3']);
  });

  test('good ones are kept beside bad ones; one without an address is told', () => {
    const mapping = each('list');
    mapping.rules[0]!.address = '{path:id}';
    const { items, refused } = decodeJson(mapping, { list: [{ id: 'a', v: 1 }, { id: 'b', v: 'x' }, { v: 3 }, {}] });
    expect(items).toMatchObject([{ address: 'a', index: 0 }]);
    expect(refused).toMatchObject([
      { address: 'b', index: 1, reason: 'bad-value' },
      { index: 2, reason: 'bad-shape' },
    ]);
  });

  test('one is picked by what it reads', () => {
    const mapping: FieldMapping = {
      rules: [{ address: '{path:p.[id=0].val}', fields: [{ path: 'p.[id=42].val', quantity: 'total' }] }],
    };
    const payload = { p: [null, 3, { id: 1, val: 9 }, { id: '42', val: 5 }, { id: 0, val: 'sn' }, { id: 42, val: 6 }] };
    expect(decodeJson(mapping, payload).items).toMatchObject([{ address: 'sn', fields: { total: 5 } }]);
  });

  test('more than a message may carry: none is taken', () => {
    const list = Array.from({ length: 1001 }, (_, v) => ({ v }));
    expect(decodeJson(each('list'), { list })).toMatchObject({ items: [], refused: [{ reason: 'too-many-items' }] });
    expect(decodeJson(each('list'), { list: list.slice(1) }).items).toHaveLength(1000);
  });
});

describe('hostile', () => {
  const all: FieldMapping = {
    rules: [
      {
        each: '$',
        key: '{a}:{b}',
        address: '{a}{b}{key}',
        time: { path: 't', format: 'auto' },
        fields: METRICS.map((quantity) => ({ path: quantity, quantity, factor: 2 })),
      },
      {
        when: [{ path: 'x.[y=z].w', isNot: [''] }],
        address: '{path:$.a.b}',
        fields: [{ path: 'a.0.{key}', quantity: 'total' }],
      },
      { address: '{address}', fields: METRICS.map((quantity) => ({ path: quantity, quantity, unit: 'kWh' })) },
    ],
  };
  const compiled = compileMapping(all);
  const decode = (payload: Uint8Array) =>
    decodeMapping(payload, { topic: 'a/b', levels: { address: 'm' } }, compiled, context);

  test('never throws: random JSON, and random bytes', () => {
    const key = fc.constantFrom('a:b', 'x', 'total', 'registers', '__proto__', 'constructor', '0', 't', 'toString');
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'medium' },
        fc.double(),
        fc.string(),
        fc.constantFrom(null, true, '2026-01-08', '1e999', 1e308),
        fc.array(tie('node'), { maxLength: 4 }),
        fc.dictionary(key, tie('node'), { maxKeys: 6 }),
      ),
    })).node;
    fc.assert(
      fc.property(value, (json) => {
        decode(Buffer.from(JSON.stringify(json)));
      }),
      { numRuns: 5000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        decode(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  test('cut at every byte', () => {
    const whole = Buffer.from(JSON.stringify({ total: 1, rate: '2', t: '2026-01-08T14:30:00' }));
    for (let length = 0; length < whole.length; length++) {
      expect(decode(whole.subarray(0, length)).refused).toMatchObject([{ reason: 'not-json' }]);
    }
  });

  test('a hundred thousand brackets', () => {
    const depth = 100_000;
    const { refused } = decode(Buffer.from('['.repeat(depth) + ']'.repeat(depth)));
    expect(refused).toHaveLength(1);
  });

  test('a million members take less than a second, and no more than a thousand readings', () => {
    const many = Buffer.from(JSON.stringify(Array.from({ length: 1_000_000 }, () => 0)));
    const from = performance.now();
    expect(decode(many).refused).toMatchObject([{ reason: 'no-quantity' }]);
    expect(performance.now() - from).toBeLessThan(2000);
  });

  test('names of the language’s own objects find nothing, and change nothing', () => {
    const mapping: FieldMapping = {
      rules: [
        {
          address: '{path:constructor.name}',
          fields: [
            { path: '__proto__.total', quantity: 'total' },
            { path: 'constructor.length', quantity: 'rate' },
            { path: 'length', quantity: 'voltage' },
          ],
        },
      ],
    };
    for (const payload of ['{}', '[]', '"text"', '1']) {
      expect(decodeJson(mapping, payload).refused).toMatchObject([{ reason: 'no-quantity' }]);
    }
    // Its own members are members like others, whatever they are called.
    const own = decodeJson(mapping, '{"__proto__":{"total":5},"constructor":{"name":"m"}}');
    expect(own.items).toMatchObject([{ address: 'm', fields: { total: 5 } }]);
    expect(({} as Record<string, unknown>)['total']).toBeUndefined();
  });
});

test.each([
  ['a path', { rules: [{ address: 'a', fields: [{ path: 'a..b', quantity: 'total' }] }] }],
  ['an address', { rules: [{ address: '{', fields: [{ path: 'a', quantity: 'total' }] }] }],
  ['a topic', { rules: [{ topic: 'a/#/b', address: 'a', fields: [{ path: 'a', quantity: 'total' }] }] }],
  ['a quantity', { rules: [{ address: 'a', fields: [{ path: 'a', quantity: 'sum' }] }] }],
])('the schema refuses a mapping with a wrong %s', (_, mapping) => {
  expect(fieldMappingSchema.safeParse(mapping).success).toBe(false);
});
