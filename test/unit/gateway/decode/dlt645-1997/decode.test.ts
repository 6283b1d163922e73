import { describe, expect, test } from 'vitest';

import { decodeDlt6451997 } from '../../../../../gateway/decode/dlt645-1997/decode.ts';
import { DECODE_CONTEXT } from '../../../../support/decode-context.ts';
import { dlt645Hex } from '../../../../support/sealed-frame.ts';

const ADDRESS = '201708176934';
const answer = (di: string, data: string, control = 0x81): Uint8Array =>
  dlt645Hex(ADDRESS, control, Buffer.from(di, 'hex').reverse().toString('hex') + data);
const decode = (frame: Uint8Array) => decodeDlt6451997(frame, DECODE_CONTEXT);

const values: { name: string; di: string; data: string; control?: number; fields: Record<string, unknown> }[] = [
  { name: 'forward total', di: '9010', data: '78563412', fields: { total: 123456.78, unit: 'kWh' } },
  { name: 'forward 平', di: '9013', data: '29000000', fields: { unit: 'kWh', registers: { t3: 0.29 } } },
  {
    name: 'forward block',
    di: '901F',
    data: '10000000 01000000 02000000 03000000 04000000',
    fields: { total: 0.1, unit: 'kWh', registers: { t1: 0.01, t2: 0.02, t3: 0.03, t4: 0.04 } },
  },
  {
    name: 'forward block with its end',
    di: '901F',
    data: '10000000 01000000 02000000 03000000 04000000 AA',
    fields: { total: 0.1, unit: 'kWh', registers: { t1: 0.01, t2: 0.02, t3: 0.03, t4: 0.04 } },
  },
  {
    name: 'reverse block, some tariffs missing, more to follow',
    di: '902F',
    data: '10000000 01000000 FFFFFFFF 03000000',
    control: 0xa1,
    fields: { unit: 'kWh', registers: { reverse: 0.1, reverseT1: 0.01, reverseT3: 0.03 } },
  },
  { name: 'forward reactive', di: '9110', data: '78563412', fields: { registers: { reactive1: 123456.78 } } },
  {
    name: 'reverse reactive block',
    di: '912F',
    data: '01000000 01000000 AA',
    fields: { registers: { reactive2: 0.01 } },
  },
  { name: 'demand', di: 'A010', data: '563412', fields: { demand: 12.3456 } },
  { name: 'phase A voltage', di: 'B611', data: '2002', fields: { voltage: 220, voltageA: 220 } },
  { name: 'voltages', di: 'B61F', data: '2002 2102 2202 AA', fields: { voltageA: 220, voltageB: 221, voltageC: 222 } },
  { name: 'phase B current', di: 'B622', data: '3412', fields: { currentB: 12.34 } },
  { name: 'power', di: 'B630', data: '563412', fields: { rate: 12.3456 } },
  {
    name: 'powers, with the limits behind them',
    di: 'B63F',
    data: '563412 010000 020000 030000 999999 000000',
    fields: { rate: 12.3456, powerA: 0.0001, powerB: 0.0002, powerC: 0.0003 },
  },
  { name: 'reactive power', di: 'B640', data: '3412', fields: { reactivePower: 12.34 } },
  { name: 'power factor', di: 'B650', data: '9909', fields: { powerFactor: 0.999 } },
  { name: 'power factor of phase C', di: 'B653', data: '9909', fields: { powerFactorC: 0.999 } },
];

describe('values', () => {
  for (const { name, di, data, control, fields } of values) {
    test(name, () => expect(decode(answer(di, data, control))).toEqual({ ok: true, address: ADDRESS, fields }));
  }
});

const refusals: { name: string; frame: Uint8Array; reason: string; detail: RegExp }[] = [
  {
    name: 'last month',
    frame: answer('9410', '01000000'),
    reason: 'unknown-identifier',
    detail: /9410 is a settlement figure \(上月\)/,
  },
  { name: 'the month before', frame: answer('9810', '01000000'), reason: 'unknown-identifier', detail: /上上月/ },
  {
    name: 'a clock',
    frame: answer('C011', '010203'),
    reason: 'unknown-identifier',
    detail: /C011 is a parameter or the clock/,
  },
  {
    name: 'a count of events',
    frame: answer('B212', '0100'),
    reason: 'unknown-identifier',
    detail: /B212 is an event/,
  },
  {
    name: 'what nobody knows',
    frame: answer('9000', '01000000'),
    reason: 'unknown-identifier',
    detail: /9000 is none of/,
  },
  { name: 'no digits', frame: answer('9010', '0000000A'), reason: 'bad-value', detail: /no digits/ },
  { name: 'too much data', frame: answer('9010', '00000000AA'), reason: 'bad-value', detail: /found 5/ },
  {
    name: 'a block with more than its end',
    frame: answer('901F', '00000000AABB'),
    reason: 'bad-value',
    detail: /multiple of 4/,
  },
  {
    name: 'no identifier',
    frame: dlt645Hex(ADDRESS, 0x81, '10'),
    reason: 'bad-value',
    detail: /2 bytes of identifier/,
  },
  { name: 'a value that the meter lacks', frame: answer('B613', 'FFFF'), reason: 'no-quantity', detail: /FF/ },
  {
    name: 'a wrong identifier',
    frame: dlt645Hex(ADDRESS, 0xc1, '02'),
    reason: 'error-answer',
    detail: /ERR 02: 数据标识错/,
  },
  {
    name: 'a request',
    frame: dlt645Hex(ADDRESS, 0x01, '1090'),
    reason: 'not-an-answer',
    detail: /request \(reading data\)/,
  },
  {
    name: 'an answer of 2007',
    frame: dlt645Hex(ADDRESS, 0x91, '0000010026000000'),
    reason: 'not-an-answer',
    detail: /91/,
  },
];

describe('refusals', () => {
  for (const { name, frame, reason, detail } of refusals) {
    test(name, () => {
      expect(decode(frame)).toEqual({ ok: false, reason, address: ADDRESS, detail: expect.stringMatching(detail) });
    });
  }
});

test('a frame cut short, or with a bit flipped, is never a reading', () => {
  const whole = answer('901F', '10000000 01000000 02000000 03000000 04000000 AA');
  for (let length = 0; length < whole.length; length++) expect(decode(whole.subarray(0, length)).ok).toBe(false);
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const flipped = Uint8Array.from(whole);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    expect(decode(flipped).ok, `bit ${bit}`).toBe(false);
  }
});
