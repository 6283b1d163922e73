import { expect, test } from 'vitest';

import { encodeCjt188Flow, encodeCjt188Heat } from '../../../../simulators/encoders/cjt188.ts';
import { encodeDlt645Of1997 } from '../../../../simulators/encoders/dlt645-1997.ts';
import { encodeDlt645, encodeDlt645Refusal, encodeDlt645Request } from '../../../../simulators/encoders/dlt645-2007.ts';
import { encodeMbus, encodeMbusFixed } from '../../../../simulators/encoders/mbus.ts';
import { mbusDateTime, MBUS_VIF } from '../../../../simulators/encoders/mbus-vif.ts';

const local = (text: string): Date => new Date(`${text}Z`);
const spaced = (frame: Buffer): string =>
  frame
    .toString('hex')
    .toUpperCase()
    .replaceAll(/(..)(?=.)/g, '$1 ');
const ZEROS = { value: 0, unit: 'm3' } as const;

/** Frames that real meters sent, as their owners published them: what the encoders make of the same values. */
const cases: { name: string; frame: () => Buffer; want: string }[] = [
  {
    name: 'DL/T 645-2007: request',
    frame: () => encodeDlt645Request('161', '00010000'),
    want: '68 61 01 00 00 00 00 68 11 04 33 33 34 33 14 16',
  },
  {
    name: 'DL/T 645-2007: forward active energy',
    frame: () => encodeDlt645('161', '00010000', [0.26]),
    want: '68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16',
  },
  {
    name: 'DL/T 645-2007: reverse active energy',
    frame: () => encodeDlt645('161', '00020000', [1.26]),
    want: '68 61 01 00 00 00 00 68 91 08 33 33 35 33 59 34 33 33 8C 16',
  },
  {
    name: 'DL/T 645-2007: combined reactive energy 2',
    frame: () => encodeDlt645('161', '00040000', [100.23]),
    want: '68 61 01 00 00 00 00 68 91 08 33 33 37 33 56 33 34 33 8B 16',
  },
  {
    name: 'DL/T 645-2007: voltage',
    frame: () => encodeDlt645('1', '02010100', [229.8]),
    want: '68 01 00 00 00 00 00 68 91 06 33 34 34 35 CB 55 58 16',
  },
  {
    name: 'DL/T 645-2007: current',
    frame: () => encodeDlt645('161', '02020100', [4.999]),
    want: '68 61 01 00 00 00 00 68 91 07 33 34 35 35 CC 7C 33 16 16',
  },
  {
    name: 'DL/T 645-2007: power',
    frame: () => encodeDlt645('161', '02030000', [0.2512]),
    want: '68 61 01 00 00 00 00 68 91 07 33 33 36 35 45 58 33 6B 16',
  },
  {
    name: 'DL/T 645-2007: power factor',
    frame: () => encodeDlt645('161', '02060000', [0.501]),
    want: '68 61 01 00 00 00 00 68 91 06 33 33 39 35 34 38 09 16',
  },
  {
    name: 'DL/T 645-2007: frequency',
    frame: () => encodeDlt645('150203000001', '02800002', [50.01]),
    want: '68 01 00 00 03 02 15 68 91 06 35 33 B3 35 34 83 89 16',
  },
  {
    name: 'CJ/T 188: water, identifier turned round',
    frame: () =>
      encodeCjt188Flow({
        type: 0x10,
        address: '78330011223344',
        current: { value: 556_677, unit: 'm3' },
        settled: { value: 556_677, unit: 'm3' },
        clock: { local: local('2015-05-11T22:01:31') },
        status: 0x8421,
        dialect: { identifier: '1F90', unit: 'after' },
      }),
    want: '68 10 44 33 22 11 00 33 78 81 16 1F 90 00 00 77 66 55 2C 00 77 66 55 2C 31 01 22 11 05 15 20 21 84 13 16',
  },
  {
    name: 'CJ/T 188: water, settled register and clock missing',
    frame: () =>
      encodeCjt188Flow({
        type: 0x10,
        address: '78331505104145',
        serial: 0xaa,
        current: { value: 5959, unit: 'm3' },
        settled: { value: null, unit: 'm3' },
        clock: 'missing',
        preamble: 2,
      }),
    want:
      'FE FE 68 10 45 41 10 05 15 33 78 81 16 90 1F AA 00 59 59 00 2C FF FF FF FF 2C ' +
      'FF FF FF FF FF FF FF 00 00 C2 16',
  },
  {
    name: 'CJ/T 188: water, clock never set',
    frame: () =>
      encodeCjt188Flow({
        type: 0x10,
        address: '00000805000001',
        current: { value: 123, unit: 'm3' },
        settled: ZEROS,
        clock: 'zero',
        preamble: 3,
      }),
    want: 'FE FE FE 68 10 01 00 00 05 08 00 00 81 16 90 1F 00 00 23 01 00 2C 00 00 00 00 2C 00 00 00 00 00 00 00 00 00 48 16',
  },
  {
    name: 'CJ/T 188: heat, unit before the value',
    frame: () =>
      encodeCjt188Heat({
        type: 0x20,
        address: '42590008210438',
        settled: { value: 5328.19, unit: 'kWh' },
        current: { value: 5328.19, unit: 'kWh' },
        power: { value: 0, unit: 'kW' },
        flow: { value: 0, unit: 'm3/h' },
        volume: { value: 1833.42, unit: 'm3' },
        supply: 19.03,
        return: 19.1,
        hours: 2761,
        clock: { local: local('2015-03-31T23:57:26') },
        status: 0x0103,
        dialect: { identifier: '901F', unit: 'before' },
      }),
    want:
      '68 20 38 04 21 08 00 59 42 81 2E 90 1F 00 05 19 28 53 00 05 19 28 53 00 17 00 00 00 00 35 00 00 00 00 ' +
      '2C 42 33 18 00 03 19 00 10 19 00 61 27 00 26 57 23 31 03 15 20 03 01 F7 16',
  },
  {
    name: 'CJ/T 188: heat, unit after the value',
    frame: () =>
      encodeCjt188Heat({
        type: 0x20,
        address: '11110017312151',
        serial: 0x12,
        settled: { value: 0, unit: 'kWh' },
        current: { value: 0, unit: 'kWh' },
        power: { value: 0, unit: 'W' },
        flow: { value: 0, unit: 'm3/h' },
        volume: { value: 0.19, unit: 'm3' },
        supply: 30.76,
        return: 30.68,
        hours: 273,
        clock: { local: local('2007-09-12T11:41:32') },
        status: 0x0004,
        dialect: { identifier: '1F90', unit: 'after' },
      }),
    want:
      '68 20 51 21 31 17 00 11 11 81 2E 1F 90 12 00 00 00 00 05 00 00 00 00 05 00 00 00 00 14 00 00 00 00 35 ' +
      '19 00 00 00 2C 76 30 00 68 30 00 73 02 00 32 41 11 12 09 07 20 04 00 E9 16',
  },
];

test.each(cases)('golden frame: $name', ({ frame, want }) => {
  expect(spaced(frame())).toBe(want);
});

test('a refusal names the reason as a bit, and carries nothing else', () => {
  expect(spaced(encodeDlt645Refusal('161'))).toBe('68 61 01 00 00 00 00 68 D1 01 35 39 16');
});

test('a register block of 1997 has its total and four tariffs one behind the other', () => {
  const frame = encodeDlt645Of1997('201708176934', '901F', [12.34, 1, 2, 3, 6.34]);
  expect(frame.length).toBe(12 + 2 + 5 * 4);
  expect(spaced(frame.subarray(8, 16))).toBe('81 16 52 C3 67 45 33 33');
});

test('a negative value has the top bit of its highest byte set', () => {
  // 000001.50 with 33H added: 83 34 33 B3.
  const frame = encodeDlt645('1', '00000000', [-1.5]);
  expect(spaced(frame.subarray(14, 18))).toBe('83 34 33 B3');
});

test('M-Bus: records with storage, tariff and subunit, numbers of each kind', () => {
  const frame = encodeMbus({
    id: '02205100',
    manufacturer: 'SLB',
    version: 2,
    medium: 0x04,
    primaryAddress: 1,
    accessNumber: 0,
    records: [
      { vif: MBUS_VIF.energyWh(4), coding: 'int32', digits: 0 },
      { vif: MBUS_VIF.volumeM3(-1), coding: 'bcd8', digits: 3 },
      { vif: MBUS_VIF.supplyC(-1), coding: 'bcd4', digits: 1288 },
      { vif: MBUS_VIF.energyWh(3), coding: 'int16', digits: -2, storage: 1, tariff: 2, subunit: 1 },
      { vif: MBUS_VIF.flowM3PerHour(-3), coding: 'bcd4', digits: -12 },
      { vif: MBUS_VIF.dateTime(), coding: 'int32', digits: mbusDateTime(local('2012-01-12T11:23:00')) },
    ],
  });
  expect(spaced(frame)).toBe(
    '68 2E 2E 68 08 01 72 00 51 20 02 82 4D 02 04 00 00 00 00 04 07 00 00 00 00 0C 15 03 00 00 00 0A 5A 88 12 ' +
      'C2 60 06 FE FF 0A 3B 12 F0 04 6D 17 0B 8C 11 ' +
      spaced(frame.subarray(-2)),
  );
});

test('M-Bus: fixed data has medium and units in two bytes', () => {
  const frame = encodeMbusFixed({
    id: '12345678',
    medium: 7,
    accessNumber: 0x0a,
    primaryAddress: 5,
    counters: [
      { unit: 0x29, digits: 1 },
      { unit: 0x3e, digits: 135 },
    ],
  });
  // The example of the M-Bus documentation, chapter 6.2.
  expect(spaced(frame)).toBe('68 13 13 68 08 05 73 78 56 34 12 0A 00 E9 7E 01 00 00 00 35 01 00 00 3C 16');
});
