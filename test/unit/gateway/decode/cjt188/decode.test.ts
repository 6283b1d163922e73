import { describe, expect, test } from 'vitest';

import { decodeCjt188 } from '../../../../../gateway/decode/cjt188/decode.ts';
import { DECODE_CONTEXT } from '../../../../support/decode-context.ts';
import { cjt188Hex } from '../../../../support/sealed-frame.ts';

const ADDRESS = '78331505104145';
const NUMBER = '1505104145';
const WATER = 0x10;
const HEAT = 0x20;
const CLOCK = '00301408012620';
const CLOCK_MS = Date.parse('2026-01-08T14:30:00+08:00');
const ZERO_CLOCK = '00000000000000';
const answer = (type: number, data: string, control = 0x81): Uint8Array => cjt188Hex(type, ADDRESS, control, data);
/** A water meter's answer: the two registers as on the line, clock and status. */
const water = (registers: string, clock = ZERO_CLOCK, type = WATER, di = '901F'): Uint8Array =>
  answer(type, `${di} 01 ${registers} ${clock} 0000`);
const HEAT_REST = '6587000017 1052030035 436587092C 125500 344200 214300';
const heat = (registers: string, rest = HEAT_REST, type = HEAT, di = '901F', clock = ZERO_CLOCK): Uint8Array =>
  answer(type, `${di} 01 ${registers} ${rest} ${clock} 0000`);
const REST = { rate: 87.65, flow: 3.521, supply: 55.12, return: 42.34, hours: 4321 };
const decode = (frame: Uint8Array) => decodeCjt188(frame, DECODE_CONTEXT);

const values: { name: string; frame: Uint8Array; fields: Record<string, unknown> }[] = [
  {
    name: 'cold water',
    frame: water('563412002C 001200002C'),
    fields: { total: 1234.56, unit: 'm3', registers: { settled: 12 } },
  },
  {
    name: 'identifier the other way round',
    frame: water('563412002C 001200002C', ZERO_CLOCK, WATER, '1F90'),
    fields: { total: 1234.56, unit: 'm3', registers: { settled: 12 } },
  },
  {
    name: 'unit before the value',
    frame: water('2C56341200 2C00120000'),
    fields: { total: 1234.56, unit: 'm3', registers: { settled: 12 } },
  },
  {
    name: 'litres',
    frame: water('5634120029 0012000029', ZERO_CLOCK, 0x13),
    fields: { total: 1234.56, unit: 'L', registers: { settled: 12 } },
  },
  {
    name: 'tens of litres, the settlement day in cubic metres',
    frame: water('563412002A 100000002C'),
    fields: { total: 12345.6, unit: 'L', registers: { settled: 100 } },
  },
  {
    name: 'hundreds of cubic metres, the settlement day in litres',
    frame: water('563412002E 0100000029'),
    fields: { total: 123456, unit: 'm3', registers: { settled: 0.00001 } },
  },
  { name: 'without a settlement day', frame: water('563412002C FFFFFFFF2C'), fields: { total: 1234.56, unit: 'm3' } },
  {
    name: 'without so much as its unit',
    frame: water('563412002C FFFFFFFFFF'),
    fields: { total: 1234.56, unit: 'm3' },
  },
  { name: 'zeros for a settlement day', frame: water('563412002C 0000000000'), fields: { total: 1234.56, unit: 'm3' } },
  {
    name: 'a register at zero',
    frame: water('000000002C 000000002C'),
    fields: { total: 0, unit: 'm3', registers: { settled: 0 } },
  },
  {
    name: 'the settlement day alone',
    frame: water('FFFFFFFF2C 001200002C'),
    fields: { unit: 'm3', registers: { settled: 12 } },
  },
  {
    name: 'gas',
    frame: water('563412002C 001200002C', ZERO_CLOCK, 0x30),
    fields: { total: 1234.56, unit: 'm3', registers: { settled: 12 } },
  },
  {
    name: 'electricity',
    frame: water('5634120005 0012000005', ZERO_CLOCK, 0x40),
    fields: { total: 1234.56, unit: 'kWh', registers: { settled: 12 } },
  },
  {
    name: 'more to follow',
    frame: answer(WATER, `901F 01 563412002C 001200002C ${ZERO_CLOCK} 0000`, 0xa1),
    fields: { total: 1234.56, unit: 'm3', registers: { settled: 12 } },
  },
  {
    name: 'the total without a unit, then status',
    frame: answer(WATER, '1F90 00 00563300 00FF'),
    fields: { total: 3356 },
  },
  { name: 'the total alone', frame: answer(WATER, '901F 01 563412002C'), fields: { total: 1234.56, unit: 'm3' } },
  {
    name: 'the total alone, its unit before it',
    frame: answer(WATER, '901F 01 2956341200'),
    fields: { total: 1234.56, unit: 'L' },
  },
  { name: 'total, status', frame: answer(WATER, '901F 01 563412002C 0000'), fields: { total: 1234.56, unit: 'm3' } },
  {
    name: 'total, settlement day',
    frame: answer(0x30, '901F 01 563412002C 001200002C'),
    fields: { total: 1234.56, unit: 'm3', registers: { settled: 12 } },
  },
  {
    name: 'total, settlement day, status',
    frame: answer(WATER, '901F 01 563412002C 001200002C 0000'),
    fields: { total: 1234.56, unit: 'm3', registers: { settled: 12 } },
  },
  {
    name: 'what a maker has put behind the status is left out',
    frame: answer(WATER, `901F 01 563412002C 001200002C ${ZERO_CLOCK} 0000 3604 2C2C2C`),
    fields: { total: 1234.56, unit: 'm3', registers: { settled: 12 } },
  },
  {
    name: 'a meter that answers without its type: water',
    frame: water('563412002C 001200002C', ZERO_CLOCK, 0xaa),
    fields: { total: 1234.56, unit: 'm3', registers: { settled: 12 } },
  },
  {
    name: 'a meter that answers without its type: heat',
    frame: heat('6745230011 7856340011', HEAT_REST, 0xaa),
    fields: { ...REST, total: 3456.78, unit: 'GJ', registers: { settled: 2345.67, volume: 98765.43 } },
  },
  {
    name: 'heat without a settlement day',
    frame: heat('7856340011'),
    fields: { ...REST, total: 3456.78, unit: 'GJ', registers: { volume: 98765.43 } },
  },
  {
    name: 'heat, and what a maker has put behind the status',
    frame: answer(HEAT, `1F90 01 6745230011 7856340011 ${HEAT_REST} ${ZERO_CLOCK} 0000 36`),
    fields: { ...REST, total: 3456.78, unit: 'GJ', registers: { settled: 2345.67, volume: 98765.43 } },
  },
  {
    name: 'heat in GJ',
    frame: heat('6745230011 7856340011'),
    fields: { ...REST, total: 3456.78, unit: 'GJ', registers: { settled: 2345.67, volume: 98765.43 } },
  },
  {
    name: 'heat of type 25',
    frame: heat('6745230011 7856340011', HEAT_REST, 0x25),
    fields: { ...REST, total: 3456.78, unit: 'GJ', registers: { settled: 2345.67, volume: 98765.43 } },
  },
  {
    name: 'units before the values',
    frame: heat('0802000000 0803000000', '1700000000 3500000000 2C34100000 352500 662500 000000'),
    fields: {
      total: 0.03,
      unit: 'MWh',
      registers: { settled: 0.02, volume: 10.34 },
      rate: 0,
      flow: 0,
      supply: 25.35,
      return: 25.66,
      hours: 0,
    },
  },
  {
    name: 'the settlement day in another unit of the same kind',
    frame: heat('2900000002 2900000008'),
    fields: { ...REST, total: 0.29, unit: 'MWh', registers: { settled: 0.00000029, volume: 98765.43 } },
  },
  {
    name: 'the settlement day in kWh beside GJ: 100 kWh are 0.36 GJ',
    frame: heat('0000010005 7856340011'),
    fields: { ...REST, total: 3456.78, unit: 'GJ', registers: { settled: 0.36, volume: 98765.43 } },
  },
  {
    name: 'the settlement day in GJ beside kWh: 36 GJ are 10,000 kWh',
    frame: heat('0036000011 7856340005'),
    fields: { ...REST, total: 3456.78, unit: 'kWh', registers: { settled: 10000, volume: 98765.43 } },
  },
  {
    name: 'joules are given in kilojoules',
    frame: heat('FFFFFFFFFF 5634120001'),
    fields: { ...REST, total: 1.23456, unit: 'kJ', registers: { volume: 98765.43 } },
  },
  {
    name: 'hundreds of GJ',
    frame: heat('0100000013 5634120013'),
    fields: { ...REST, total: 123456, unit: 'GJ', registers: { settled: 1, volume: 98765.43 } },
  },
  {
    name: 'power in watts, flow in litres an hour, volume in litres',
    frame: heat('FFFFFFFFFF 5634120011', '6745230014 6745230032 6745230029 125500 344200 214300'),
    fields: {
      total: 1234.56,
      unit: 'GJ',
      rate: 2.34567,
      flow: 0.0234567,
      registers: { volume: 2.34567 },
      supply: 55.12,
      return: 42.34,
      hours: 4321,
    },
  },
  {
    name: 'power in MJ/h: 36 MJ/h are 10 kW',
    frame: heat('FFFFFFFFFF 5634120011', '0036000046 1052030035 436587092C 125500 344200 214300'),
    fields: { ...REST, rate: 10, total: 1234.56, unit: 'GJ', registers: { volume: 98765.43 } },
  },
  {
    name: 'a meter that has nothing but the register',
    frame: heat('FFFFFFFFFF 5634120011', 'FFFFFFFFFF FFFFFFFFFF FFFFFFFFFF FFFFFF FFFFFF FFFFFF'),
    fields: { total: 1234.56, unit: 'GJ' },
  },
  {
    name: 'a cooling meter: the total is its cold',
    frame: heat('6745230011 7856340011', HEAT_REST, 0x21),
    fields: { ...REST, total: 3456.78, unit: 'GJ', registers: { settled: 2345.67, volume: 98765.43 } },
  },
  {
    name: 'a meter of both, the cold in the first place',
    frame: heat('0000010005 7856340011', HEAT_REST, 0x22),
    fields: { ...REST, total: 3456.78, unit: 'GJ', registers: { cooling: 0.36, volume: 98765.43 } },
  },
  {
    name: 'a meter of both, 2018: settled heat and cold, heat, cold, pressures',
    frame: heat(
      '0100000011 0200000011 0300000011 0400000011',
      '6587000017 1052030035 436587092C 125500 344200 600000 400000 214300',
      0x22,
      '1F91',
    ),
    fields: { ...REST, total: 0.03, unit: 'GJ', registers: { settled: 0.01, cooling: 0.04, volume: 98765.43 } },
  },
  {
    name: 'a cooling meter, 2018',
    frame: heat(
      '0100000011 0200000011 0300000011 0400000011',
      '6587000017 1052030035 436587092C 125500 344200 600000 400000 214300',
      0x21,
      '911F',
    ),
    fields: { ...REST, total: 0.04, unit: 'GJ', registers: { settled: 0.02, volume: 98765.43 } },
  },
];

describe('values', () => {
  for (const { name, frame, fields } of values) {
    test(name, () => expect(decode(frame)).toEqual({ ok: true, address: ADDRESS, otherAddresses: [NUMBER], fields }));
  }
});

const clocks: { name: string; clock: string; ms: number | undefined }[] = [
  { name: 'as the standard has it', clock: CLOCK, ms: CLOCK_MS },
  { name: 'reversed', clock: '20260108143000', ms: CLOCK_MS },
  {
    name: 'either way: the one nearer to the receipt',
    clock: '20300801012620',
    ms: Date.parse('2026-01-01T08:30:20+08:00'),
  },
  { name: 'either way, reversed nearer', clock: '20260108143020', ms: Date.parse('2026-01-08T14:30:20+08:00') },
  { name: 'leap day', clock: '00000029022420', ms: Date.parse('2024-02-29T00:00:00+08:00') },
  { name: 'zero', clock: ZERO_CLOCK, ms: undefined },
  { name: 'unsupported', clock: 'FFFFFFFFFFFFFF', ms: undefined },
  { name: '30 February', clock: '00301430022620', ms: undefined },
  { name: 'month 13', clock: '00301408132620', ms: undefined },
  { name: 'month 0', clock: '00301408002620', ms: undefined },
  { name: '24 o’clock', clock: '00302408012620', ms: undefined },
  ...[0, 1, 2, 3, 4, 5].map((part) => ({
    name: `no digits in part ${part}`,
    clock: `${CLOCK.slice(0, 2 * part)}0A${CLOCK.slice(2 * part + 2)}`,
    ms: undefined,
  })),
  { name: '29 February of no leap year', clock: '00301429022620', ms: undefined },
  { name: '31 April', clock: '00301431042620', ms: undefined },
  { name: 'another century', clock: '00301408012619', ms: undefined },
];

describe('clock', () => {
  for (const { name, clock, ms } of clocks) {
    test(name, () => {
      const result = decode(water('563412002C FFFFFFFF2C', clock));
      const fields = { total: 1234.56, unit: 'm3', ...(ms === undefined ? {} : { ts: ms }) };
      const hasMeterClock = ms === undefined ? undefined : true;
      expect(result).toEqual({ ok: true, address: ADDRESS, otherAddresses: [NUMBER], fields, hasMeterClock });
    });
  }
});

test('the clock of an answer without a settlement day, and of one without a status', () => {
  for (const data of [`901F 01 563412002C ${CLOCK} 0000`, `901F 01 563412002C FFFFFFFFFF ${CLOCK}`]) {
    expect(decode(answer(WATER, data))).toMatchObject({
      fields: { total: 1234.56, ts: CLOCK_MS },
      hasMeterClock: true,
    });
  }
});

const refusals: { name: string; frame: Uint8Array; reason: string; detail: RegExp; address?: string | undefined }[] = [
  {
    name: 'a settlement month',
    frame: answer(WATER, '20D1 01 563412002C'),
    reason: 'unknown-identifier',
    detail: /D120 of a meter of type 10 is a settlement/,
  },
  {
    name: 'a frozen figure',
    frame: answer(WATER, '00D3 01 563412002C'),
    reason: 'unknown-identifier',
    detail: /D300.*frozen/,
  },
  {
    name: 'a price table',
    frame: answer(WATER, '8102 01 563412002C'),
    reason: 'unknown-identifier',
    detail: /8102.*none of/,
  },
  { name: 'cold of a water meter', frame: answer(WATER, '911F 01'), reason: 'unknown-identifier', detail: /911F/ },
  {
    name: 'a length that no layout has',
    frame: answer(WATER, '901F 01 563412002C 0000 00'),
    reason: 'bad-value',
    detail: /901F.*has 22 bytes of data, found 11/,
  },
  {
    name: 'a water meter’s answer of a heat meter',
    frame: water('5634120005 0012000005', ZERO_CLOCK, HEAT),
    reason: 'bad-value',
    detail: /46 bytes of data, found 22/,
  },
  { name: 'no identifier', frame: answer(WATER, '901F'), reason: 'bad-value', detail: /identifier and serial/ },
  {
    name: 'an unknown unit',
    frame: water('5634120077 0012000077'),
    reason: 'bad-value',
    detail: /Unit code 77 of "total" is no unit of volume/,
  },
  {
    name: 'a unit of energy in a water meter',
    frame: water('5634120005 0012000005'),
    reason: 'bad-value',
    detail: /05 .*volume/,
  },
  { name: 'zeros without a unit', frame: water('0000000000 0000000000'), reason: 'bad-value', detail: /Unit code 00/ },
  {
    name: 'no digits',
    frame: water('56A412002C 001200002C'),
    reason: 'bad-value',
    detail: /"total" holds what are no digits/,
  },
  {
    name: 'no digits in a temperature',
    frame: heat('6745230011 7856340011', '6587000017 1052030035 436587092C 1A5500 344200 214300'),
    reason: 'bad-value',
    detail: /"supply"/,
  },
  {
    name: 'no digits where there is no unit',
    frame: answer(WATER, '901F 00 00A63300 00FF'),
    reason: 'bad-value',
    detail: /"total" holds what are no digits/,
  },
  {
    name: 'no value where there is no unit',
    frame: answer(WATER, '901F 00 FFFFFFFF 00FF'),
    reason: 'no-quantity',
    detail: /FF/,
  },
  {
    name: 'a short answer in another unit than the meter may have',
    frame: answer(WATER, '901F 01 5634120005'),
    reason: 'bad-value',
    detail: /Unit code 05/,
  },
  { name: 'no value at all', frame: water('FFFFFFFFFF FFFFFFFFFF'), reason: 'no-quantity', detail: /FF/ },
  {
    name: 'an error',
    frame: answer(WATER, '01 0400', 0xc1),
    reason: 'error-answer',
    detail: /refused reading data \(control C1\), status 04 00/,
  },
  {
    name: 'an error without a word',
    frame: answer(WATER, '', 0xc1),
    reason: 'error-answer',
    detail: /no status given/,
  },
  {
    name: 'a request',
    frame: answer(WATER, '901F01', 0x01),
    reason: 'not-an-answer',
    detail: /01 is a request \(reading data\)/,
  },
  {
    name: 'an address',
    frame: answer(WATER, '810A01', 0x83),
    reason: 'not-an-answer',
    detail: /83 answers reading the address/,
  },
  { name: 'a type that no meter has', frame: answer(0x55, '901F01'), reason: 'not-an-answer', detail: /type 55/ },
  { name: 'nothing', frame: new Uint8Array(), reason: 'not-a-frame', detail: /begins with 68/, address: undefined },
];

describe('refusals', () => {
  for (const { name, frame, reason, detail, ...own } of refusals) {
    test(name, () => {
      const address = 'address' in own ? own.address : ADDRESS;
      expect(decode(frame)).toEqual({ ok: false, reason, address, detail: expect.stringMatching(detail) });
    });
  }
});

test('a frame cut short anywhere is truncated, with its address where it was reached', () => {
  const whole = heat('6745230011 7856340011', HEAT_REST, HEAT, '1F90', CLOCK);
  for (let length = 1; length < whole.length; length++) {
    const result = decode(whole.subarray(0, length));
    expect(result).toMatchObject({ ok: false, reason: 'truncated' });
    expect(result.address).toBe(length > 8 ? ADDRESS : undefined);
  }
});

test('a bit flipped anywhere is never a reading', () => {
  const whole = heat('6745230011 7856340011', HEAT_REST, HEAT, '1F90', CLOCK);
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const flipped = Uint8Array.from(whole);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    expect(decode(flipped).ok, `bit ${bit}`).toBe(false);
  }
});
