import { describe, expect, test } from 'vitest';

import { decodeDlt6452007 } from '../../../../../gateway/decode/dlt645-2007/decode.ts';
import { DECODE_CONTEXT } from '../../../../support/decode-context.ts';
import { frameBytes } from '../../../../support/golden-frames.ts';
import { dlt645Hex } from '../../../../support/sealed-frame.ts';

const ADDRESS = '150203000001';
/** The answer to `di` with the bytes of its values as they lie on the line, before 33H. */
const answer = (di: string, data: string, control = 0x91): Uint8Array =>
  dlt645Hex(ADDRESS, control, Buffer.from(di, 'hex').reverse().toString('hex') + data);
const decode = (frame: Uint8Array) => decodeDlt6452007(frame, DECODE_CONTEXT);

const values: { name: string; di: string; data: string; control?: number; fields: Record<string, unknown> }[] = [
  { name: 'forward total', di: '00010000', data: '78563412', fields: { total: 123456.78, unit: 'kWh' } },
  { name: 'a full register', di: '00010000', data: '99999999', fields: { total: 999999.99, unit: 'kWh' } },
  { name: 'a register at zero', di: '00010000', data: '00000000', fields: { total: 0, unit: 'kWh' } },
  { name: 'forward 尖', di: '00010100', data: '01000000', fields: { unit: 'kWh', registers: { t1: 0.01 } } },
  { name: 'forward 谷', di: '00010400', data: '29000000', fields: { unit: 'kWh', registers: { t4: 0.29 } } },
  { name: 'reverse 峰', di: '00020200', data: '00010000', fields: { unit: 'kWh', registers: { reverseT2: 1 } } },
  {
    name: 'forward block',
    di: '0001FF00',
    data: '78563412 01000000 02000000 03000000 04000000',
    fields: { total: 123456.78, unit: 'kWh', registers: { t1: 0.01, t2: 0.02, t3: 0.03, t4: 0.04 } },
  },
  {
    name: 'reverse block',
    di: '0002FF00',
    data: '15000000 01000000 02000000 03000000 09000000',
    fields: {
      unit: 'kWh',
      registers: { reverse: 0.15, reverseT1: 0.01, reverseT2: 0.02, reverseT3: 0.03, reverseT4: 0.09 },
    },
  },
  {
    name: 'a block of the total and two tariffs',
    di: '0001FF00',
    data: '05000000 02000000 03000000',
    fields: { total: 0.05, unit: 'kWh', registers: { t1: 0.02, t2: 0.03 } },
  },
  {
    name: 'a block whose middle tariffs the meter lacks',
    di: '0001FF00',
    data: '05000000 02000000 FFFFFFFF FFFFFFFF 03000000',
    fields: { total: 0.05, unit: 'kWh', registers: { t1: 0.02, t4: 0.03 } },
  },
  {
    name: 'a block of more tariffs than a reading has',
    di: '0001FF00',
    data: '05000000 01000000 01000000 01000000 01000000 01000000',
    fields: { total: 0.05, unit: 'kWh', registers: { t1: 0.01, t2: 0.01, t3: 0.01, t4: 0.01 } },
  },
  {
    name: 'with more to follow',
    di: '0001FF00',
    data: '05000000 05000000',
    control: 0xb1,
    fields: { total: 0.05, unit: 'kWh', registers: { t1: 0.05 } },
  },
  { name: 'combined', di: '00000000', data: '78563412', fields: { unit: 'kWh', registers: { combined: 123456.78 } } },
  {
    name: 'combined, below zero',
    di: '00000000',
    data: '78563492',
    fields: { unit: 'kWh', registers: { combined: -123456.78 } },
  },
  {
    name: 'combined, minus zero',
    di: '00000000',
    data: '00000080',
    fields: { unit: 'kWh', registers: { combined: 0 } },
  },
  {
    name: 'combined block: the total alone',
    di: '0000FF00',
    data: '05000080 01000000 01000000 01000000 02000000',
    fields: { unit: 'kWh', registers: { combined: -0.05 } },
  },
  {
    name: 'forward counts on to the last digit, without a sign',
    di: '00010000',
    data: '00000080',
    fields: { total: 800000, unit: 'kWh' },
  },
  { name: 'combined reactive 1', di: '00030000', data: '23010080', fields: { registers: { reactive1: -1.23 } } },
  { name: 'combined reactive 2', di: '00040000', data: '23010000', fields: { registers: { reactive2: 1.23 } } },
  { name: 'phase A voltage', di: '02010100', data: '9822', fields: { voltage: 229.8, voltageA: 229.8 } },
  { name: 'phase B voltage', di: '02010200', data: '0123', fields: { voltageB: 230.1 } },
  {
    name: 'voltages',
    di: '0201FF00',
    data: '9822 0123 0223',
    fields: { voltageA: 229.8, voltageB: 230.1, voltageC: 230.2 },
  },
  {
    name: 'voltages of a single-phase meter',
    di: '0201FF00',
    data: '9822 FFFF FFFF',
    fields: { voltage: 229.8, voltageA: 229.8 },
  },
  {
    name: 'currents, one of them backward',
    di: '0202FF00',
    data: '345612 345692 000000',
    fields: { currentA: 125.634, currentB: -125.634, currentC: 0 },
  },
  {
    name: 'powers',
    di: '0203FF00',
    data: '563412 000000 563492 010000',
    fields: { rate: 12.3456, powerA: 0, powerB: -12.3456, powerC: 0.0001 },
  },
  { name: 'power of phase C', di: '02030300', data: '563412', fields: { powerC: 12.3456 } },
  { name: 'power fed back', di: '02030000', data: '563492', fields: { rate: -12.3456 } },
  { name: 'reactive power', di: '02040000', data: '563412', fields: { reactivePower: 12.3456 } },
  {
    name: 'reactive powers: the total alone',
    di: '0204FF00',
    data: '563412 010000 010000 010000',
    fields: { reactivePower: 12.3456 },
  },
  { name: 'apparent power', di: '02050000', data: '563412', fields: { apparentPower: 12.3456 } },
  {
    name: 'power factors',
    di: '0206FF00',
    data: '0010 9909 8889 0000',
    fields: { powerFactor: 1, powerFactorA: 0.999, powerFactorB: -0.988, powerFactorC: 0 },
  },
  { name: 'power factor of phase A is not the meter’s', di: '02060100', data: '9909', fields: { powerFactorA: 0.999 } },
  { name: 'frequency', di: '02800002', data: '0150', fields: { frequency: 50.01 } },
  { name: 'demand, its time left out', di: '01010000', data: '563412 3014080126', fields: { demand: 12.3456 } },
];

describe('values', () => {
  for (const { name, di, data, control, fields } of values) {
    test(name, () => {
      const result = decode(answer(di, data, control));
      expect(result).toEqual({ ok: true, address: ADDRESS, fields });
      // A minus zero would be told as one by JSON's readers.
      expect(JSON.stringify(result)).not.toContain('-0,');
    });
  }
});

const refusals: { name: string; frame: Uint8Array; reason: string; detail: RegExp; address?: string | undefined }[] = [
  {
    name: 'a tariff of the combined register',
    frame: answer('00000100', '01000000'),
    reason: 'unknown-identifier',
    detail: /00000100/,
  },
  { name: 'a fifth tariff', frame: answer('00010500', '01000000'), reason: 'unknown-identifier', detail: /00010500/ },
  {
    name: 'last settlement day',
    frame: answer('00010001', '01000000'),
    reason: 'unknown-identifier',
    detail: /00010001 is a settlement figure \(上1结算日\)/,
  },
  {
    name: 'settlement days',
    frame: answer('000100FF', '01000000'),
    reason: 'unknown-identifier',
    detail: /settlement days/,
  },
  {
    name: 'something else',
    frame: answer('04000101', '01000000'),
    reason: 'unknown-identifier',
    detail: /04000101 is 日期及星期/,
  },
  { name: 'no digits', frame: answer('00010000', '0A000000'), reason: 'bad-value', detail: /正向有功电能.*no digits/ },
  {
    name: 'no digits in a block',
    frame: answer('0001FF00', '00000000 0000F000'),
    reason: 'bad-value',
    detail: /value 2/,
  },
  {
    name: 'too little data',
    frame: answer('00010000', '010000'),
    reason: 'bad-value',
    detail: /4 bytes of data, found 3/,
  },
  {
    name: 'too much data',
    frame: answer('00010000', '0100000000'),
    reason: 'bad-value',
    detail: /4 bytes of data, found 5/,
  },
  {
    name: 'a block that ends in a value',
    frame: answer('0001FF00', '010000000100'),
    reason: 'bad-value',
    detail: /multiple of 4/,
  },
  { name: 'a block without a value', frame: answer('0001FF00', ''), reason: 'bad-value', detail: /multiple of 4/ },
  {
    name: 'no identifier',
    frame: dlt645Hex(ADDRESS, 0x91, '0000'),
    reason: 'bad-value',
    detail: /4 bytes of identifier/,
  },
  { name: 'a value that the meter lacks', frame: answer('02010300', 'FFFF'), reason: 'no-quantity', detail: /FF/ },
  {
    name: 'no such data',
    frame: dlt645Hex(ADDRESS, 0xd1, '02'),
    reason: 'error-answer',
    detail: /reading data \(control D1\), ERR 02: 无请求数据 \(no such data\)$/,
  },
  {
    name: 'two errors',
    frame: dlt645Hex(ADDRESS, 0xd4, '05'),
    reason: 'error-answer',
    detail: /writing data.*other error.*, .*password/,
  },
  {
    name: 'an error without a word',
    frame: dlt645Hex(ADDRESS, 0xd1, ''),
    reason: 'error-answer',
    detail: /no reason given/,
  },
  {
    name: 'a request',
    frame: dlt645Hex(ADDRESS, 0x11, '00000100'),
    reason: 'not-an-answer',
    detail: /11 is a request \(reading data\)/,
  },
  {
    name: 'a request to whoever hears it',
    frame: dlt645Hex('AAAAAAAAAAAA', 0x13, ''),
    reason: 'not-an-answer',
    detail: /reading the address/,
    address: 'AAAAAAAAAAAA',
  },
  {
    name: 'an address',
    frame: dlt645Hex(ADDRESS, 0x93, '010000030215'),
    reason: 'not-an-answer',
    detail: /93 answers reading the address/,
  },
  {
    name: 'the rest of an answer',
    frame: dlt645Hex(ADDRESS, 0x92, '0000010001'),
    reason: 'not-an-answer',
    detail: /the rest/,
  },
  {
    name: 'a broadcast',
    frame: dlt645Hex('999999999999', 0x08, '303014080126'),
    reason: 'not-an-answer',
    detail: /broadcast/,
    address: '999999999999',
  },
  {
    name: 'an unheard-of function',
    frame: dlt645Hex(ADDRESS, 0x9f, ''),
    reason: 'not-an-answer',
    detail: /9F answers a function/,
  },
  { name: 'nothing', frame: new Uint8Array(), reason: 'not-a-frame', detail: /begins with 68/, address: undefined },
  {
    name: 'no start',
    frame: Uint8Array.of(1, 2, 3),
    reason: 'not-a-frame',
    detail: /begins with 68/,
    address: undefined,
  },
  {
    name: 'a wrong checksum',
    frame: frameBytes('68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8B 16'),
    reason: 'bad-checksum',
    detail: /^The checksum is 8B, the bytes add up to 8A$/,
    address: '000000000161',
  },
  {
    name: 'a wrong end',
    frame: frameBytes('68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 17'),
    reason: 'not-a-frame',
    detail: /17, not 16/,
    address: '000000000161',
  },
  {
    name: 'bytes behind it',
    frame: frameBytes('68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16 00'),
    reason: 'not-a-frame',
    detail: /1 bytes behind the 20/,
    address: '000000000161',
  },
];

test.each([
  ['0400010C', /日期时间/],
  ['04000402', /表号/],
  ['04001503', /a parameter \(参变量\)/],
  ['02800007', /表内温度/],
  ['02080100', /distortion of the voltage/],
  ['00150000', /phase A alone/],
  ['00290100', /phase B alone/],
  ['003DFF00', /phase C alone/],
  ['00150001', /settlement figure/],
  ['00050000', /one quadrant/],
  ['00900200', /剩余金额/],
  ['03300101', /an event record/],
  ['05060101', /a frozen figure/],
  ['06000001', /a load profile/],
  ['02990000', /none of those/],
  ['09000000', /none of those/],
])('%s is told apart', (di, detail) => {
  const refused = decode(answer(di, '0100'));
  expect(refused).toMatchObject({ ok: false, reason: 'unknown-identifier', detail: expect.stringMatching(detail) });
});

describe('refusals', () => {
  for (const { name, frame, reason, detail, ...own } of refusals) {
    test(name, () => {
      const address = 'address' in own ? own.address : ADDRESS;
      expect(decode(frame)).toEqual({ ok: false, reason, address, detail: expect.stringMatching(detail) });
    });
  }
});

test('a frame cut short anywhere is truncated, with its address where it was reached', () => {
  const whole = answer('0001FF00', '78563412 01000000 02000000 03000000 04000000');
  for (let length = 1; length < whole.length; length++) {
    const result = decode(whole.subarray(0, length));
    expect(result).toMatchObject({ ok: false, reason: 'truncated' });
    expect(result.address).toBe(length > 6 ? ADDRESS : undefined);
  }
});

test('a bit flipped anywhere is never a reading', () => {
  const whole = answer('0001FF00', '78563412 01000000 02000000 03000000 04000000');
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const flipped = Uint8Array.from(whole);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    expect(decode(flipped).ok, `bit ${bit}`).toBe(false);
  }
});

test('an address whose high digits are left open is also found by the others', () => {
  const frame = dlt645Hex('AAAAAAAA0161', 0x91, '0000010026000000');
  expect(decode(frame)).toMatchObject({ ok: true, address: 'AAAAAAAA0161', otherAddresses: ['0161'] });
});

test('every register up to six digits is the decimal that the meter shows', () => {
  for (let digits = 0; digits < 1_000_000; digits += 37) {
    const bcd = String(digits).padStart(8, '0');
    const result = decode(answer('00010000', Buffer.from(bcd, 'hex').reverse().toString('hex')));
    expect(result.ok && result.fields['total']).toBe(Number(`${bcd.slice(0, 6)}.${bcd.slice(6)}`));
  }
});
