import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { FLAG_METER_CLOCK_OFF, FLAG_RECEIPT_TIME, type QuarantineReason } from '../../../../domain/reading.ts';
import type { DirectoryMeter } from '../../../../gateway/directory.ts';
import { validate } from '../../../../gateway/validate/validate.ts';

const NOW = Date.UTC(2026, 5, 1, 4);
const DAY_MS = 86_400_000;
const limits = { maxAheadMs: 60_000, retentionMs: 3650 * DAY_MS, frameClockMs: 45 * DAY_MS };
const receipt = { receivedAtMs: NOW, position: 4711 };
const electricity: DirectoryMeter = { id: 'm1', collectorId: 'c1', medium: 'electricity', registerUnit: 'kWh' };
const water: DirectoryMeter = { ...electricity, medium: 'water', registerUnit: 'm3' };
const heat: DirectoryMeter = { ...electricity, medium: 'heat', registerUnit: 'GJ' };
const cooling: DirectoryMeter = { ...electricity, medium: 'cooling', registerUnit: 'kWh' };
const room: DirectoryMeter = { ...electricity, medium: 'temperature', registerUnit: '°C' };

const check = (fields: Record<string, unknown>, meter: DirectoryMeter = electricity) =>
  validate({ meter: 'm1', index: -1, fields }, meter, receipt, limits);

test('validate: a reading becomes a row for each quantity, with receipt, position and device time', () => {
  expect(check({ ts: NOW - 1000, total: 12.5, rate: 3, seq: 9, comment: 'x' })).toEqual({
    ok: true,
    rows: [
      {
        meter: 'm1',
        metric: 'total',
        observedAtMs: NOW - 1000,
        value: 12.5,
        receivedAtMs: NOW,
        flags: 0,
        position: 4711,
      },
      { meter: 'm1', metric: 'rate', observedAtMs: NOW - 1000, value: 3, receivedAtMs: NOW, flags: 0, position: 4711 },
    ],
  });
});

test('validate: without "ts" the receipt time stands in, and is flagged', () => {
  const outcome = check({ total: 1 });
  expect(outcome.ok && outcome.rows[0]).toMatchObject({ observedAtMs: NOW, flags: FLAG_RECEIPT_TIME });
});

const undated = (fields: Record<string, unknown>, meter?: DirectoryMeter) => {
  const outcome = check(fields, meter);
  return outcome.ok ? outcome.undated : undefined;
};

const numbers: { name: string; fields: Record<string, unknown>; seq: number | undefined }[] = [
  { name: 'an integer', fields: { total: 1, seq: 7 }, seq: 7 },
  { name: 'zero and below', fields: { total: 1, seq: -3 }, seq: -3 },
  { name: 'none beside a time', fields: { ts: NOW, total: 1, seq: 7 }, seq: undefined },
  { name: 'none without one', fields: { total: 1 }, seq: undefined },
  { name: 'a fraction is none', fields: { total: 1, seq: 7.5 }, seq: undefined },
  { name: 'a string is none', fields: { total: 1, seq: '7' }, seq: undefined },
  { name: 'null is none', fields: { total: 1, seq: null }, seq: undefined },
  { name: 'past exact integers is none', fields: { total: 1, seq: 2 ** 53 }, seq: undefined },
];
for (const { name, fields, seq } of numbers)
  test(`validate: the number of a reading without a time: ${name}`, () => {
    expect(check(fields)).toMatchObject({ ok: true });
    expect(undated(fields)?.seq).toBe(seq);
  });

const contents: { name: string; one: Record<string, unknown>; other: Record<string, unknown>; same: boolean }[] = [
  { name: 'written in another order', one: { total: 1, rate: 2 }, other: { rate: 2, total: 1 }, same: true },
  { name: 'in another unit', one: { total: 1 }, other: { total: 1000, unit: 'Wh' }, same: true },
  { name: 'with what is passed over', one: { total: 1 }, other: { total: 1, rssi: -60 }, same: true },
  { name: 'another value', one: { total: 1 }, other: { total: 2 }, same: false },
  { name: 'another quantity', one: { total: 1 }, other: { rate: 1 }, same: false },
  { name: 'one quantity more', one: { total: 1 }, other: { total: 1, registers: { t1: 1 } }, same: false },
  {
    name: 'another start of a delta',
    one: { delta: 1, from: NOW - 2000 },
    other: { delta: 1, from: NOW - 1000 },
    same: false,
  },
];
for (const { name, one, other, same } of contents)
  test(`validate: the content of a reading without a time: ${name}`, () => {
    const [a, b] = [one, other].map((fields) => undated({ ...fields, seq: 1 })!.content);
    expect(a === b).toBe(same);
  });

const taken: { name: string; fields: Record<string, unknown>; meter?: DirectoryMeter; want: Record<string, number> }[] =
  [
    { name: 'zero is a value', fields: { total: 0 }, want: { total: 0 } },
    { name: 'a negative rate', fields: { rate: -2.5 }, want: { rate: -2.5 } },
    { name: 'kWh by default', fields: { total: 0.1 }, want: { total: 0.1 } },
    { name: 'MWh => kWh', fields: { total: 1.5, unit: 'MWh' }, want: { total: 1500 } },
    { name: 'Wh => kWh', fields: { total: 1500, unit: 'Wh' }, want: { total: 1.5 } },
    { name: 'Wh => kWh, to the digit', fields: { total: 5600.1, unit: 'Wh' }, want: { total: 5.6001 } },
    {
      name: 'the rate is in kW whatever the register counts in',
      fields: { total: 1, rate: 7, unit: 'MWh' },
      want: { total: 1000, rate: 7 },
    },
    { name: 'a null unit is none', fields: { total: 1, unit: null }, want: { total: 1 } },
    {
      name: "the meter's register unit",
      fields: { total: 2 },
      meter: { ...electricity, registerUnit: 'MWh' },
      want: { total: 2000 },
    },
    {
      name: "the message's unit before the meter's",
      fields: { total: 2, unit: 'kWh' },
      meter: { ...electricity, registerUnit: 'MWh' },
      want: { total: 2 },
    },
    { name: 'heat: kWh => GJ', fields: { total: 1000, unit: 'kWh' }, meter: heat, want: { total: 3.6 } },
    { name: 'heat: MWh => GJ', fields: { total: 1, unit: 'MWh' }, meter: heat, want: { total: 3.6 } },
    { name: 'heat: MJ => GJ', fields: { total: 1500, unit: 'MJ' }, meter: heat, want: { total: 1.5 } },
    {
      name: 'heat: volume stays in m³',
      fields: { total: 1, unit: 'MWh', registers: { volume: 12 } },
      meter: heat,
      want: { total: 3.6, volume: 12 },
    },
    { name: 'water: L => m³', fields: { total: 2500, unit: 'L' }, meter: water, want: { total: 2.5 } },
    {
      name: 'water: the volume register follows the unit',
      fields: { registers: { volume: 500 }, unit: 'L' },
      meter: water,
      want: { volume: 0.5 },
    },
    { name: 'water: m³', fields: { total: 2.5, unit: 'm³' }, meter: water, want: { total: 2.5 } },
    {
      name: 'temperatures',
      fields: { temperature: 21.5, setpoint: 26, supply: 60, return: 40 },
      meter: room,
      want: { temperature: 21.5, setpoint: 26, supply: 60, return: 40 },
    },
    {
      name: 'registers',
      fields: { total: 10, registers: { reverse: 1, t1: 2, t2: 3, t3: 4, t4: 5 } },
      want: { total: 10, reverse: 1, t1: 2, t2: 3, t3: 4, t4: 5 },
    },
    { name: 'registers follow the unit', fields: { registers: { t1: 1 }, unit: 'MWh' }, want: { t1: 1000 } },
    { name: 'null registers are none', fields: { total: 1, registers: null }, want: { total: 1 } },
    {
      name: 'network quantities',
      fields: { voltage: 231, current: 5, powerFactor: 0.97 },
      want: { voltage: 231, current: 5, powerFactor: 0.97 },
    },
    {
      name: 'all registers, the reactive ones in kvarh whatever the unit',
      fields: {
        unit: 'MWh',
        registers: { combined: 1, reverseT1: 2, settled: 3, cooling: 4, reactive1: 5, reactive2: 6 },
      },
      want: { total: 1000, reverseT1: 2000, settled: 3000, cooling: 4000, reactive1: 5, reactive2: 6 },
    },
    {
      name: 'quantities by phase, and those of a heat meter',
      fields: {
        unit: 'MWh',
        voltageA: 231,
        currentB: 5,
        powerC: 1.5,
        powerFactorA: 0.9,
        frequency: 50,
        reactivePower: 2,
        apparentPower: 3,
        demand: 9,
        flow: 0.5,
        hours: 1000,
        temperatureDifference: 20,
      },
      want: {
        voltageA: 231,
        currentB: 5,
        powerC: 1.5,
        powerFactorA: 0.9,
        frequency: 50,
        reactivePower: 2,
        apparentPower: 3,
        demand: 9,
        flow: 0.5,
        hours: 1000,
        temperatureDifference: 20,
      },
    },
    { name: 'a register at the top is none', fields: { total: 1, t1: 5 }, want: { total: 1 } },
    {
      name: 'a quantity among the registers is none',
      fields: { total: 1, registers: { rate: 5 } },
      want: { total: 1 },
    },
    {
      name: 'the total before the combined register',
      fields: { total: 10, registers: { combined: 7 } },
      want: { total: 10, combined: 7 },
    },
    {
      name: 'the combined register for a total',
      fields: { registers: { combined: 7, t1: 3 } },
      want: { total: 7, t1: 3 },
    },
    {
      name: 'the combined register for no total, of a meter of the forward one',
      fields: { registers: { combined: 7 } },
      meter: { ...electricity, primaryRegister: 'forward' },
      want: { combined: 7 },
    },
    {
      name: 'the register that a meter is registered with',
      fields: { total: 10, registers: { combined: 7, reverse: 2 } },
      meter: { ...electricity, primaryRegister: 'reverse' },
      want: { total: 2, combined: 7 },
    },
    {
      name: 'no total where the register that a meter is registered with is not there',
      fields: { total: 10, rate: 1 },
      meter: { ...electricity, primaryRegister: 'reverse' },
      want: { rate: 1 },
    },
    {
      name: 'a meter of cold: the register of cold',
      fields: { total: 100, registers: { cooling: 10, volume: 3 } },
      meter: cooling,
      want: { total: 0.036, volume: 3 },
    },
    { name: 'a meter of cold without such a register', fields: { total: 1000 }, meter: cooling, want: { total: 3.6 } },
    {
      name: 'a meter of heat: the register of cold beside it',
      fields: { total: 1, registers: { cooling: 2 } },
      meter: heat,
      want: { total: 1, cooling: 2 },
    },
    {
      name: 'a meter that will end',
      fields: { ts: NOW - 1, total: 1 },
      meter: { ...electricity, endedAtMs: NOW },
      want: { total: 1 },
    },
    {
      name: 'a delta with its beginning',
      fields: { ts: NOW, from: NOW - 900_000, delta: 0.25 },
      want: { delta: 0.25, deltaFrom: NOW - 900_000 },
    },
    {
      name: 'what calls itself a beginning and is none',
      fields: { ts: NOW, total: 1, deltaFrom: NOW - 900_000 },
      want: { total: 1 },
    },
    { name: 'the largest register', fields: { total: 1e9 }, want: { total: 1e9 } },
    { name: 'a device clock a little ahead', fields: { ts: NOW + 60_000, total: 1 }, want: { total: 1 } },
    { name: 'as old as what is kept', fields: { ts: NOW - 3650 * DAY_MS, total: 1 }, want: { total: 1 } },
  ];

for (const { name, fields, meter, want } of taken) {
  test(`validate takes: ${name}`, () => {
    const outcome = check(fields, meter);
    if (!outcome.ok) throw new Error(outcome.detail);
    expect(Object.keys(want).length).toBe(outcome.rows.length);
    for (const { metric, value } of outcome.rows) expect(value, metric).toBeCloseTo(want[metric] ?? Number.NaN, 9);
  });
}

const refused: {
  name: string;
  fields: Record<string, unknown>;
  meter?: DirectoryMeter;
  want: QuarantineReason;
}[] = [
  { name: 'nothing measured', fields: { ts: NOW }, want: 'no-quantity' },
  { name: 'only fields that are none', fields: { totl: 5, seq: 1 }, want: 'no-quantity' },
  { name: 'empty registers', fields: { registers: {} }, want: 'no-quantity' },
  { name: 'a string for a number', fields: { total: '12' }, want: 'bad-value' },
  { name: 'null for a number', fields: { total: null }, want: 'bad-value' },
  { name: 'infinity (1e999 in JSON)', fields: { total: Number.POSITIVE_INFINITY }, want: 'bad-value' },
  { name: 'one bad quantity among good ones', fields: { total: 1, rate: 'x' }, want: 'bad-value' },
  { name: 'a register that is a string', fields: { total: 1, registers: { t1: '5' } }, want: 'bad-value' },
  { name: 'registers as an array', fields: { total: 1, registers: [1, 2] }, want: 'bad-value' },
  { name: 'registers as a number', fields: { total: 1, registers: 5 }, want: 'bad-value' },
  { name: 'larger than any register', fields: { total: 1_000_000_001 }, want: 'bad-value' },
  { name: 'larger than any register once converted', fields: { total: 9.1e9, unit: 'MWh' }, want: 'bad-value' },
  { name: 'a unit of another medium', fields: { total: 1, unit: 'm3' }, want: 'bad-unit' },
  { name: 'a unit in the wrong case', fields: { total: 1, unit: 'KWH' }, want: 'bad-unit' },
  { name: 'a unit that is no string', fields: { total: 1, unit: 5 }, want: 'bad-unit' },
  { name: 'a unit out of the prototype', fields: { total: 1, unit: 'constructor' }, want: 'bad-unit' },
  { name: 'a local time', fields: { ts: '2026-06-01T12:00:00', total: 1 }, want: 'bad-time' },
  { name: 'null as time', fields: { ts: null, total: 1 }, want: 'bad-time' },
  { name: 'a delta without its beginning', fields: { ts: NOW, delta: 1 }, want: 'bad-time' },
  { name: 'a delta that begins at its end', fields: { ts: NOW, from: NOW, delta: 1 }, want: 'bad-time' },
  {
    name: 'from the end of the meter on',
    fields: { ts: NOW, total: 1 },
    meter: { ...electricity, endedAtMs: NOW },
    want: 'meter-removed',
  },
  {
    name: 'a register of its own as the only one, and another sent',
    fields: { total: 1 },
    meter: { ...electricity, primaryRegister: 't1' },
    want: 'no-quantity',
  },
  { name: 'a reactive register that is no number', fields: { registers: { reactive1: 'x' } }, want: 'bad-value' },
  { name: 'the year 2100', fields: { ts: '2100-01-01T00:00:00Z', total: 1 }, want: 'clock-ahead' },
  { name: 'a clock more than the limit ahead', fields: { ts: NOW + 60_001, total: 1 }, want: 'clock-ahead' },
  { name: 'seconds instead of milliseconds', fields: { ts: NOW / 1000, total: 1 }, want: 'too-old' },
  { name: 'older than what is kept', fields: { ts: NOW - 3650 * DAY_MS - 1, total: 1 }, want: 'too-old' },
];

for (const { name, fields, meter, want } of refused) {
  test(`validate refuses: ${name} => ${want}`, () => {
    const item = { meter: 'm1', index: 3, fields };
    const outcome = validate(item, meter ?? electricity, receipt, limits);
    expect(outcome).toMatchObject({ ok: false, reason: want });
    expect(!outcome.ok && outcome.detail).not.toBe('');
  });
}

const clocks: { name: string; ts: unknown; want: { observedAtMs: number; flags: number } }[] = [
  { name: 'right', ts: NOW - 1000, want: { observedAtMs: NOW - 1000, flags: 0 } },
  { name: 'as far behind as is believed', ts: NOW - 45 * DAY_MS, want: { observedAtMs: NOW - 45 * DAY_MS, flags: 0 } },
  ...[
    { name: 'further behind', ts: NOW - 45 * DAY_MS - 1 },
    { name: 'at its making', ts: Date.UTC(2000, 0, 1) },
    { name: 'too far ahead', ts: NOW + 60_001 },
    { name: 'no time at all', ts: '2026-13-01T00:00:00Z' },
  ].map((clock) => ({ ...clock, want: { observedAtMs: NOW, flags: FLAG_RECEIPT_TIME | FLAG_METER_CLOCK_OFF } })),
  { name: 'none told', ts: undefined, want: { observedAtMs: NOW, flags: FLAG_RECEIPT_TIME } },
];
for (const { name, ts, want } of clocks)
  test(`validate: the clock inside a meter: ${name}`, () => {
    const item = { address: '1', index: -1, fields: { ts, total: 1 }, hasMeterClock: true };
    expect(validate(item, electricity, receipt, limits)).toMatchObject({ ok: true, rows: [{ value: 1, ...want }] });
  });

test('validate: the register is kept to its last digit', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), (total) => {
      const outcome = check({ total });
      expect(outcome.ok && Object.is(outcome.rows[0]?.value, total)).toBe(true);
    }),
  );
});

test.each([
  ['an array', '{"total":', '[', ']'],
  ['an object', '{"registers":{"t1":1,"t2":', '{"a":', '}'],
])('validate: a quantity that is %s nested 100,000 deep is refused in a word', (kind, head, open, close) => {
  const inside = open === '[' ? '' : '1';
  const text = `${head}${open.repeat(100_000)}${inside}${close.repeat(100_000)}${'}'.repeat(head.split('{').length - 1)}`;
  const outcome = check(JSON.parse(text) as Record<string, unknown>);
  expect(outcome).toMatchObject({ ok: false, reason: 'bad-value' });
  expect(!outcome.ok && outcome.detail).toContain(kind);
});

test('validate: whatever JSON the fields hold, it ends as finite rows or a reason', () => {
  const fields = fc.dictionary(
    fc.constantFrom('ts', 'from', 'total', 'delta', 'rate', 'registers', 'unit', 'temperature', 'meter'),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(fields, fc.constantFrom(electricity, water, heat, room), (given, meter) => {
      const outcome = validate({ meter: 'm1', index: -1, fields: given }, meter, receipt, limits);
      if (outcome.ok) for (const { value } of outcome.rows) expect(Number.isFinite(value)).toBe(true);
      else expect(outcome.detail).not.toBe('');
    }),
  );
});
