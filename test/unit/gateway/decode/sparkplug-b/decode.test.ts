import { describe, expect, test } from 'vitest';

import { BEGINNING, byAlias, createTestNode, metric, unit } from './edge-node.ts';

const AT = BEGINNING;

describe('readings', () => {
  test('a birth announces and carries values; data by alias alone is a reading of the same meter', () => {
    const node = createTestNode();
    const born = node.send('DBIRTH/meter-07', {
      timestamp: AT,
      seq: 1,
      metrics: [
        metric('total', 1234.5, { alias: 1, ...unit('kWh') }),
        metric('power', 2500, { alias: 2, ...unit('W') }),
      ],
    });
    expect(born).toEqual({
      items: [
        {
          address: 'meter-07',
          otherAddresses: ['edge-1/meter-07'],
          format: 'sparkplug-b',
          index: -1,
          fields: { ts: AT, total: 1234.5, unit: 'kWh', rate: 2.5 },
        },
      ],
      refused: [],
    });
    const data = node.send('DDATA/meter-07', { timestamp: AT + 900_000, seq: 2, metrics: [byAlias(2, 2600)] });
    expect(data.items.map(({ fields }) => fields)).toEqual([{ ts: AT + 900_000, rate: 2.6 }]);
  });

  test('the path before the last level says whose metric it is; a node’s own metrics are the node’s', () => {
    const node = createTestNode();
    const metrics = [metric('L1/Energy', 1), metric('L2/Energy', 2), metric('Energy', 3)];
    const ofDevice = node.send('DBIRTH/panel1', { timestamp: AT, seq: 1, metrics });
    expect(ofDevice.items.map(({ address, index, fields }) => [address, index, fields['total']])).toEqual([
      ['panel1/L1', 0, 1],
      ['panel1/L2', 1, 2],
      ['panel1', 2, 3],
    ]);
    const ofNode = node.send('NDATA', { timestamp: AT, seq: 2, metrics });
    expect(ofNode.items.map(({ address, otherAddresses }) => [address, otherAddresses])).toEqual([
      ['edge-1/L1', undefined],
      ['edge-1/L2', undefined],
      ['edge-1', undefined],
    ]);
  });

  test('each instant of a metric is a reading; historical values are taken; null is none', () => {
    const node = createTestNode();
    const { items } = node.send('DDATA/m', {
      timestamp: AT,
      seq: 1,
      metrics: [
        metric('total', 1, { timestamp: AT - 2000, isHistorical: true }),
        metric('total', 2, { timestamp: AT - 1000, isHistorical: true }),
        metric('total', 3),
        metric('rate', null),
        metric('voltage', 230, { timestamp: AT - 2000 }),
      ],
    });
    expect(items.map(({ fields }) => fields)).toEqual([
      { ts: AT - 2000, total: 1, voltage: 230 },
      { ts: AT - 1000, total: 2 },
      { ts: AT, total: 3 },
    ]);
  });

  test('without any time there is none', () => {
    // name kw, double_value 1
    const payload = Uint8Array.of(0x12, 0x0d, 0x0a, 2, 0x6b, 0x77, 0x69, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f);
    const { items } = createTestNode().send('DDATA/m', {}, { payload });
    expect(items.map(({ fields }) => fields)).toEqual([{ rate: 1 }]);
  });

  test('a time of 0 is none, and a metric without a value has none', () => {
    const node = createTestNode();
    const announced = node.send('DBIRTH/m', { timestamp: AT, metrics: [metric('total', 0, { alias: 7 })] });
    expect(announced.items).toHaveLength(1);
    // timestamp 0, alias 7; nothing else
    expect(node.send('DDATA/m', {}, { payload: Uint8Array.of(0x08, 0, 0x12, 2, 0x10, 7) }).refused).toMatchObject([
      { reason: 'no-quantity' },
    ]);
    // timestamp 0, alias 7, datatype Int32, value 3, timestamp of its own 0
    const payload = Uint8Array.of(0x08, 0, 0x12, 8, 0x10, 7, 0x18, 0, 0x20, 3, 0x50, 3);
    expect(node.send('DDATA/m', {}, { payload }).items.map(({ fields }) => fields)).toEqual([{ total: 3 }]);
  });

  test.each([
    ['Int8', -5, -5],
    ['Int16', -300, -300],
    ['Int32', -70_000, -70_000],
    ['Int64', -5_000_000_000, -5_000_000_000],
    ['UInt32', 4_294_967_295, 4_294_967_295],
    ['UInt64', 9_007_199_254_740_991, 9_007_199_254_740_991],
    ['Float', 21.5678, 21.5678],
    ['Double', 0.1, 0.1],
  ] as const)('%s %d', (type, value, want) => {
    const { items } = createTestNode().send('DDATA/m', { timestamp: AT, metrics: [metric('total', value, { type })] });
    expect(items[0]!.fields['total']).toBe(want);
  });

  test('a type that the data leaves out is that of the birth', () => {
    const node = createTestNode();
    node.send('DBIRTH/m', { timestamp: AT, metrics: [metric('power', 0, { alias: 7, type: 'Int32', ...unit('W') })] });
    // alias 7, int_value −1500, as an encoder does that takes the datatype of births for granted.
    const payload = Uint8Array.of(0x12, 0x08, 0x10, 7, 0x50, 0xa4, 0xf4, 0xff, 0xff, 0x0f);
    const { items } = node.send('DDATA/m', {}, { payload });
    expect(items.map(({ fields }) => fields)).toEqual([{ rate: -1.5 }]);
  });

  test('units: by property, by the end of the name, of registers beside each other', () => {
    const { items } = createTestNode().send('DBIRTH/m', {
      timestamp: AT,
      metrics: [
        metric('energy_wh', 1500),
        metric('t1', 2, unit('kWh', 'unit')),
        metric('exportEnergy', 0.5, unit('MWh', 'units')),
        metric('flow', 60, unit('L/min')),
        metric('hours', 7200, unit('s')),
      ],
    });
    expect(items[0]!.fields).toEqual({
      ts: AT,
      unit: 'Wh',
      total: 1500,
      registers: { t1: 2000, reverse: 500_000 },
      flow: 3.6,
      hours: 2,
    });
  });

  test('the volume of a water meter is its total and its flow the rate; a heat meter’s are what they are', () => {
    const node = createTestNode();
    const metrics = [metric('volume', 12.5, { alias: 1, ...unit('m3') }), metric('flow', 0.4, { alias: 2 })];
    const water = node.send('DBIRTH/water', { timestamp: AT, metrics });
    expect(water.items[0]!.fields).toEqual({ ts: AT, unit: 'm3', total: 12.5, rate: 0.4 });
    const later = node.send('DDATA/water', { timestamp: AT, metrics: [byAlias(2, 0.6)] });
    expect(later.items[0]!.fields).toEqual({ ts: AT, rate: 0.6 });
    const heat = node.send('DBIRTH/heat', { timestamp: AT, metrics: [...metrics, metric('energy', 3, unit('GJ'))] });
    expect(heat.items[0]!.fields).toEqual({ ts: AT, unit: 'GJ', total: 3, registers: { volume: 12.5 }, flow: 0.4 });
  });

  test('deaths, commands and states are no readings', () => {
    const node = createTestNode();
    for (const kind of ['NDEATH', 'DDEATH/m', 'NCMD', 'DCMD/m']) {
      expect(node.send(kind, { metrics: [metric('total', 1)] })).toEqual({ items: [], refused: [] });
    }
    expect(node.send('NDATA', {}, { topic: 'spBv1.0/STATE/scada', payload: Buffer.from('OFFLINE') })).toEqual({
      items: [],
      refused: [],
    });
  });

  test('templates and data sets among the metrics are passed over', () => {
    const { items } = createTestNode().send('DDATA/m', {
      timestamp: AT,
      metrics: [
        metric('t', { metrics: [metric('total', 5)], isDefinition: false }, { type: 'Template' }),
        metric('d', { types: ['Int32'], rows: [[1]], columns: ['a'], numOfColumns: 1 }, { type: 'DataSet' }),
        metric('total', 1),
      ],
    });
    expect(items.map(({ fields }) => fields['total'])).toEqual([1]);
  });
});

describe('refused', () => {
  test('an alias that no birth explains: the whole message', () => {
    const node = createTestNode();
    node.send('DBIRTH/other', { timestamp: AT, metrics: [metric('total', 1, { alias: 1 })] });
    const { items, refused } = node.send('DDATA/m', { timestamp: AT, metrics: [metric('total', 1), byAlias(1, 2)] });
    expect(items).toEqual([]);
    expect(refused).toMatchObject([{ index: -1, reason: 'unknown-alias' }]);
  });

  test('an alias that two metrics share explains nothing', () => {
    const node = createTestNode();
    const metrics = [metric('total', 1, { alias: 1 }), metric('power', 1, { alias: 1 })];
    node.send('DBIRTH/m', { timestamp: AT, metrics });
    expect(node.send('DDATA/m', { timestamp: AT, metrics: [byAlias(1, 2)] }).refused).toMatchObject([
      { reason: 'unknown-alias' },
    ]);
  });

  test('data without a meaning names what was seen; a birth without one is no fault', () => {
    const node = createTestNode();
    const metrics = [metric('Node Control/Rebirth', false, { type: 'Boolean' }), metric('cpu', 12)];
    expect(node.send('NBIRTH', { timestamp: AT, seq: 0, metrics })).toEqual({ items: [], refused: [] });
    const { refused } = node.send('NDATA', { timestamp: AT, seq: 1, metrics });
    expect(refused).toMatchObject([{ reason: 'no-quantity' }]);
    expect(refused[0]!.detail).toContain('Node Control/Rebirth, cpu');
  });

  test('a text where a number should be: that meter only', () => {
    const { items, refused } = createTestNode().send('DDATA/panel', {
      timestamp: AT,
      metrics: [metric('a/total', 'much', { type: 'String' }), metric('b/total', 1)],
    });
    expect(refused).toMatchObject([{ index: 0, reason: 'bad-value', address: 'panel/a' }]);
    expect(items).toMatchObject([{ index: 1, address: 'panel/b' }]);
  });

  test('a unit that is not known', () => {
    const { items, refused } = createTestNode().send('DDATA/m', {
      timestamp: AT,
      metrics: [metric('power', 1, unit('furlong'))],
    });
    expect(items).toEqual([]);
    expect(refused).toMatchObject([{ index: -1, reason: 'bad-unit', address: 'm' }]);
  });

  test('an integer that may be negative, and nobody tells', () => {
    // name kw, int_value 2³² − 1
    const payload = Uint8Array.of(0x12, 0x0a, 0x0a, 2, 0x6b, 0x77, 0x50, 0xff, 0xff, 0xff, 0xff, 0x0f);
    const { refused } = createTestNode().send('DDATA/m', {}, { payload });
    expect(refused).toMatchObject([{ reason: 'bad-value' }]);
  });

  test('another topic', () => {
    const { refused } = createTestNode().send('NDATA', {}, { topic: 'spBv1.0/plant/X/edge-1' });
    expect(refused).toMatchObject([{ reason: 'unknown-topic' }]);
  });

  test('more readings than a message may carry', () => {
    const metrics = Array.from({ length: 1001 }, (_, n) => metric(`m${n}/total`, n));
    expect(createTestNode().send('DDATA/m', { timestamp: AT, metrics })).toMatchObject({
      items: [],
      refused: [{ index: -1, reason: 'too-many-items' }],
    });
  });
});
