import { readFileSync } from 'node:fs';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decodeMbus } from '../../../../../gateway/decode/mbus/decode.ts';
import { answer, bytes, context, longFrame } from './mbus-frame.ts';

const CROSSCHECK = new URL('../../../../../../shared/domain/frames-crosscheck.json', import.meta.url);

const ANSWER_OF_THE_STANDARD =
  '68 1F 1F 68 08 02 72 78 56 34 12 24 40 01 07 55 00 00 00 03 13 15 31 00 DA 02 3B 13 01 8B 60 04 37 18 02 18 16';
const FIXED_DATA_OF_THE_STANDARD = '68 13 13 68 08 05 73 78 56 34 12 0A 00 E9 7E 01 00 00 00 35 01 00 00 3C 16';

function fieldsOf(frame: Uint8Array): Record<string, unknown> {
  const result = decodeMbus(frame, context);
  if (!result.ok) throw new Error(`${result.reason}: ${result.detail}`);
  return result.fields;
}

interface CrossCheck {
  hex: string;
  expected: Record<string, string | number>;
}

const crossChecks = (
  JSON.parse(readFileSync(CROSSCHECK, 'utf8')) as { frames: (CrossCheck & { protocol: string })[] }
).frames.filter(({ protocol }) => protocol.includes('M-Bus'));

test('there are frames to check against', () => expect(crossChecks).toHaveLength(2));

test.each(crossChecks.map((row) => [row.expected['manufacturer'], row] as const))(
  'a frame of a real meter decodes to its values: %s',
  (_, { hex, expected }) => {
    const result = decodeMbus(bytes(hex), context);
    if (!result.ok) throw new Error(result.detail);
    const { fields } = result;
    const number = (name: string): number => expected[name] as number;
    expect(result.address).toBe(expected['id']);
    expect(result.otherAddresses?.[0]).toBe(`${expected['id']}.${expected['manufacturer']}`);
    expect(fields).toMatchObject({
      total: number('energy_Wh') / 1000,
      unit: 'kWh',
      registers: { volume: number('volume_m3') },
      rate: number('power_W') / 1000,
      supply: number('supply_c'),
      return: number('return_c'),
      temperatureDifference: number('delta_K'),
      hours: (number('operating_s') || number('on_time_s')) / 3600,
      ...('flow_m3h' in expected && { flow: number('flow_m3h') }),
      ...('power_max_W' in expected && { demand: number('power_max_W') / 1000 }),
    });
  },
);

describe('the answers that the standard gives as examples', () => {
  test('variable data: 12,565 L now; a maximum, and another subunit, are not the reading', () => {
    expect(decodeMbus(bytes(ANSWER_OF_THE_STANDARD), context)).toEqual({
      ok: true,
      address: '12345678',
      otherAddresses: ['12345678.PAD', '1234567824400107'],
      fields: { total: 12.565, unit: 'm3' },
    });
  });

  test('fixed data: two counters, the second one the first of the settlement day', () => {
    expect(decodeMbus(bytes(FIXED_DATA_OF_THE_STANDARD), context)).toEqual({
      ok: true,
      address: '12345678',
      fields: { total: 0.001, unit: 'm3', registers: { settled: 0.135 } },
    });
  });
});

const electricity: { name: string; records: string; want: Record<string, unknown> }[] = [
  { name: 'an integer of 1 byte', records: '01 06 64', want: { total: 100 } },
  { name: 'an integer of 2 bytes, negative', records: '02 06 9C FF', want: { total: -100 } },
  { name: 'an integer of 3 bytes, negative', records: '03 06 FF FF FF', want: { total: -1 } },
  { name: 'an integer of 4 bytes', records: '04 03 15 CD 5B 07', want: { total: 123_456.789 } },
  { name: 'an integer of 6 bytes', records: '06 03 FF FF FF FF FF 00', want: { total: 1_099_511_627.775 } },
  { name: 'an integer of 8 bytes, negative', records: '07 03 00 FE FF FF FF FF FF FF', want: { total: -0.512 } },
  { name: 'a real', records: '05 06 A4 70 9D 3F', want: { total: 1.23 } },
  { name: 'a real that is whole', records: '05 06 FD FF 7F 4B', want: { total: 16_777_213 } },
  { name: 'BCD of 2 digits', records: '09 06 42', want: { total: 42 } },
  { name: 'BCD of 4 digits', records: '0A 06 34 12', want: { total: 1234 } },
  { name: 'BCD of 6 digits', records: '0B 06 56 34 12', want: { total: 123_456 } },
  { name: 'BCD of 8 digits, negative', records: '0C 06 78 56 34 F2', want: { total: -2_345_678 } },
  { name: 'BCD of 12 digits', records: '0E 03 12 90 78 56 34 12', want: { total: 123_456_789.012 } },
  { name: 'variable length, BCD', records: '0D 06 C3 56 34 12', want: { total: 123_456 } },
  { name: 'variable length, negative BCD', records: '0D 06 D2 34 12', want: { total: -1234 } },
  { name: 'variable length, binary', records: '0D 06 E3 40 E2 01', want: { total: 123_456 } },
  { name: '10 Wh', records: '04 04 39 30 00 00', want: { total: 123.45 } },
  { name: '10 MWh', records: '0A FB 01 34 12', want: { total: 1_234_000 } },
  { name: 'joules are kilowatt-hours of electricity', records: '02 0E 68 01', want: { total: 100 } },
  { name: 'a corrective factor', records: '02 86 74 E8 03', want: { total: 10 } },
  { name: 'a factor of 1,000', records: '02 83 7D E8 03', want: { total: 1000 } },
  { name: 'an idle filler before a record', records: '2F 2F 01 06 64', want: { total: 100 } },
  { name: 'what follows manufacturer specific data', records: '01 06 64 0F 01 06 65 FF', want: { total: 100 } },
  { name: 'more records in the next answer', records: '01 06 64 1F', want: { total: 100 } },
  { name: 'the unit as a text', records: '01 7C 03 6D 68 6F 07 01 06 64', want: { total: 100 } },
  { name: 'the unit as a text behind VIFEs', records: '03 FC 20 03 43 42 41 15 31 00 01 06 64', want: { total: 100 } },
  {
    name: 'the unit as a text before VIFEs',
    records: '02 FC 03 48 52 25 74 22 15 01 06 64',
    want: { total: 100 },
  },
  {
    name: 'binary of 16 bytes in a length of its own',
    records: `0D 7C 02 57 50 F0 ${'06 '.repeat(16)} 01 06 64`,
    want: { total: 100 },
  },
  { name: 'binary of 64 bytes', records: `0D 7C 02 57 50 F6 ${'06 '.repeat(64)} 01 06 64`, want: { total: 100 } },
  {
    name: 'phases as makers number them, 0 all of them',
    records: '01 06 64 02 FD C9 FF 01 E6 00 02 FD DB FF 83 00 45 00 02 AC FF 02 51 00 02 AC FF 00 40 01',
    want: { total: 100, voltageA: 230, currentC: 6.9, powerB: 0.81, rate: 3.2 },
  },
  {
    name: 'what else makers number there is left out',
    records: '01 06 64 02 FD C9 FF 04 8E 01 02 DA FF 01 E6 00',
    want: { total: 100 },
  },
  {
    name: 'one tariff alone is the total',
    records: '8C 10 04 31 02 00 00 8C 11 04 31 01 00 00',
    want: { total: 2.31, registers: { t1: 2.31 } },
  },
  {
    name: 'tariffs without a total add up to it, to the last digit',
    records: '8C 10 04 52 12 00 00 8C 20 04 33 44 77 01 8C 30 04 10 00 00 00',
    want: { total: 17_756.95, registers: { t1: 12.52, t2: 17_744.33, t3: 0.1 } },
  },
  {
    name: 'not where one of them cannot be read',
    records: '8C 10 04 52 12 00 00 8C 20 04 BB 44 77 01',
    want: { registers: { t1: 12.52 } },
  },
  {
    name: 'not where there are more than four',
    records: '8C 10 04 52 12 00 00 8C 90 10 04 10 00 00 00',
    want: { registers: { t1: 12.52 } },
  },
  {
    name: 'not where the rest comes in another answer',
    records: '8C 10 04 52 12 00 00 1F',
    want: { registers: { t1: 12.52 } },
  },
  { name: 'a maker’s own VIFE', records: '01 86 FF 81 02 07 01 06 64', want: { total: 100 } },
  { name: 'a record in error', records: '01 86 15 07 01 06 64', want: { total: 100 } },
  { name: 'a record in no error', records: '01 86 00 64', want: { total: 100 } },
  { name: 'the register first, not one in another unit', records: '01 06 64 01 05 07', want: { total: 100 } },
  { name: 'a text instead of a number', records: '0D 06 02 31 32 01 06 64', want: { total: 100 } },
  { name: 'power', records: '01 06 64 02 2B D2 04', want: { total: 100, rate: 1.234 } },
  { name: 'power in MW', records: '01 06 64 02 FB 28 02 00', want: { total: 100, rate: 200 } },
  {
    name: 'voltage and current, by phase and not',
    records: '01 06 64 02 FD 48 05 09 02 FD C8 FC 01 06 09 02 FD DA FC 03 39 30',
    want: { total: 100, voltage: 230.9, voltageA: 231, currentC: 123.45 },
  },
  {
    name: 'frequency',
    records: '01 06 64 02 FB 2E F4 01',
    want: { total: 100, frequency: 50 },
  },
  {
    name: 'both directions',
    records: '01 86 3B 64 01 86 3C 07',
    want: { total: 100, registers: { reverse: 7 } },
  },
];

test.each(electricity)('electricity: $name', ({ records, want }) => {
  expect(fieldsOf(answer('02', records))).toEqual({ unit: 'kWh', ...want });
});

const records: { name: string; medium: string; records: string; want: Record<string, unknown> }[] = [
  {
    name: 'tariffs, settlement day',
    medium: '02',
    records: '02 06 0A 00 82 10 06 01 00 82 20 06 02 00 82 30 06 03 00 82 80 10 06 04 00 42 06 08 00',
    want: { total: 10, unit: 'kWh', registers: { t1: 1, t2: 2, t3: 3, t4: 4, settled: 8 } },
  },
  {
    name: 'what is of no tariff up to 4, no subunit and no other storage is left out',
    medium: '02',
    records: '02 06 0A 00 82 90 10 06 05 00 82 40 06 06 00 82 01 06 07 00 12 06 09 00 22 06 08 00 32 06 07 00',
    want: { total: 10, unit: 'kWh' },
  },
  {
    name: 'heat in GJ',
    medium: '0C',
    records: '0C FB 08 78 56 34 12 0C 14 21 43 65 00 0B 3B 10 00 00 0B 2A 12 34 01',
    want: { total: 1_234_567.8, unit: 'GJ', registers: { volume: 6543.21 }, flow: 0.01, rate: 1.3412 },
  },
  {
    name: 'heat in MJ is told in GJ',
    medium: '04',
    records: '0C 0E 78 56 34 12',
    want: { total: 12_345.678, unit: 'GJ' },
  },
  {
    name: 'registers of one reading count in one unit',
    medium: '04',
    records: '02 06 E8 03 42 0F 24 00',
    want: { total: 1000, unit: 'kWh', registers: { settled: 100 } },
  },
  {
    name: 'power in GJ/h',
    medium: '04',
    records: '01 06 64 02 FB 31 24 00',
    want: { total: 100, unit: 'kWh', rate: 10_000 },
  },
  {
    name: 'cold energy is the total of a cooling meter',
    medium: '0A',
    records: '02 06 E8 03 02 5A 46 00 02 5E 78 00',
    want: { total: 1000, unit: 'kWh', supply: 7, return: 12 },
  },
  {
    name: 'heat and cooling: the cold energy is a register beside the total',
    medium: '0D',
    records: '02 06 E8 03 02 86 3C 10 00',
    want: { total: 1000, unit: 'kWh', registers: { cooling: 16 } },
  },
  {
    name: 'operating time counts before on time',
    medium: '04',
    records: '01 06 64 02 22 0A 00 02 27 02 00',
    want: { total: 100, unit: 'kWh', hours: 48 },
  },
  {
    name: 'water with its flow, backward flow apart',
    medium: '16',
    records: '0C 13 78 56 34 12 02 3B 15 00 0C 93 3C 44 00 00 00',
    want: { total: 12_345.678, unit: 'm3', registers: { reverse: 0.044 }, rate: 0.021 },
  },
  { name: 'flow a minute', medium: '07', records: '01 16 05 01 46 02', want: { total: 5, unit: 'm3', rate: 12 } },
  { name: 'gas', medium: '03', records: '04 14 1A 00 00 00', want: { total: 0.26, unit: 'm3' } },
  { name: 'a medium that is not told: energy', medium: '0F', records: '01 06 64', want: { total: 100, unit: 'kWh' } },
  { name: 'a medium that is not told: volume', medium: '00', records: '01 16 64', want: { total: 100, unit: 'm3' } },
  { name: 'a room sensor', medium: '1B', records: '02 65 D2 08', want: { temperature: 22.58 } },
  {
    name: 'a temperature that is no number is left out',
    medium: '04',
    records: '01 06 64 0A 5A FF FF',
    want: { total: 100, unit: 'kWh' },
  },
];

test.each(records)('$name', ({ medium, records: data, want }) => {
  expect(fieldsOf(answer(medium, data))).toEqual(want);
});

describe('the meter’s clock', () => {
  test('type F is a local time', () => {
    const result = decodeMbus(answer('04', '01 06 64 04 6D 1E 2E 48 31'), context);
    expect(result).toMatchObject({ ok: true, hasMeterClock: true, fields: { ts: Date.UTC(2026, 0, 8, 6, 30) } });
  });

  test.each([
    ['marked as invalid', '04 6D 9E 0E 48 31'],
    ['a month that is none', '04 6D 1E 0E 48 3D'],
    ['31 February', '04 6D 1E 0E 5F 32'],
    ['of the settlement day', '44 6D 1E 0E 48 31'],
    ['of a maximum', '14 6D 1E 0E 48 31'],
    ['a date without a time', '02 6C 48 31'],
  ])('is not taken where it is %s', (_, record) => {
    const result = decodeMbus(answer('04', `01 06 64 ${record}`), context);
    expect(result).toMatchObject({ ok: true, fields: { total: 100 } });
    expect(result).not.toHaveProperty('hasMeterClock');
    expect(result).not.toHaveProperty('fields.ts');
  });

  test('type I has seconds', () => {
    expect(fieldsOf(answer('04', '01 06 64 06 6D 05 1E 0E 48 31 00'))).toMatchObject({
      ts: Date.UTC(2026, 0, 8, 6, 30, 5),
    });
  });
});

describe('addresses', () => {
  test('the number printed on the meter, where it is another', () => {
    expect(decodeMbus(answer('07', '01 16 64 0C 78 44 33 22 11'), context)).toMatchObject({
      address: '12345678',
      otherAddresses: ['12345678.PAD', '1234567824400107', '11223344'],
    });
  });

  test.each([
    ['a short header', '7A 55 00 00 00'],
    ['no header', '78'],
  ])('%s: the primary address', (_, header) => {
    expect(decodeMbus(longFrame(`08 05 ${header} 01 06 64`), context)).toEqual({
      ok: true,
      address: 'p5',
      otherAddresses: [],
      fields: { total: 100, unit: 'kWh' },
    });
  });

  test('mode 2: the most significant byte first', () => {
    const frame = longFrame('08 02 76 12 34 56 78 40 24 01 07 55 00 00 00 02 13 01 00 0C 13 00 00 00 01');
    expect(decodeMbus(frame, context)).toMatchObject({ address: '12345678', fields: { total: 0.256 } });
    expect(decodeMbus(frame, context)).toHaveProperty('otherAddresses', ['12345678.PAD', '1234567824400107']);
  });
});

describe('fixed data', () => {
  test.each([
    [
      'binary counters of electricity',
      '78 56 34 12 0A 01 85 3F 40 E2 01 00 00 00 00 00',
      { total: 123_456, unit: 'kWh' },
    ],
    [
      'energy and volume of heat',
      '78 56 34 12 0A 00 11 6C 78 56 34 12 21 43 65 00',
      { total: 12_345_678, unit: 'GJ', registers: { volume: 654_321 } },
    ],
    [
      'counters of the settlement day only',
      '78 56 34 12 0A 02 85 3F 11 00 00 00 00 00 00 00',
      { unit: 'kWh', registers: { settled: 11 } },
    ],
  ])('%s', (_, data, want) => {
    expect(fieldsOf(longFrame(`08 05 73 ${data}`))).toEqual(want);
  });

  test('mode 2', () => {
    expect(fieldsOf(longFrame('08 05 77 12 34 56 78 0A 00 85 3F 00 12 34 56 00 00 00 00'))).toEqual({
      total: 123_456,
      unit: 'kWh',
    });
  });
});

const refused: { name: string; frame: Uint8Array; reason: string; address?: string }[] = [
  { name: 'no bytes', frame: bytes(''), reason: 'not-a-frame' },
  { name: 'an acknowledgement', frame: bytes('E5'), reason: 'not-an-answer' },
  { name: 'REQ_UD2', frame: bytes('10 5B 01 5C 16'), reason: 'not-an-answer' },
  { name: 'SND_NKE', frame: bytes('10 40 01 41 16'), reason: 'not-an-answer' },
  { name: 'a short frame with a wrong checksum', frame: bytes('10 40 01 42 16'), reason: 'bad-checksum' },
  { name: 'a request with data', frame: longFrame('53 FD 52 78 56 34 12 FF FF FF FF'), reason: 'not-an-answer' },
  { name: 'an answer with a CI field of something else', frame: longFrame('08 02 A0 01'), reason: 'not-an-answer' },
  { name: 'another start', frame: bytes('FE 68 03'), reason: 'not-a-frame' },
  { name: 'two lengths', frame: bytes('68 03 04 68 08 01 72 7B 16'), reason: 'not-a-frame' },
  { name: 'another stop', frame: bytes('68 03 03 68 08 01 72 7B 17'), reason: 'not-a-frame' },
  { name: 'bytes behind', frame: bytes('68 03 03 68 08 01 72 7B 16 00'), reason: 'not-a-frame' },
  { name: 'an application error', frame: longFrame('08 05 70 08'), reason: 'error-answer', address: 'p5' },
  { name: 'an alarm', frame: longFrame('08 05 71 01'), reason: 'error-answer', address: 'p5' },
  {
    name: 'an application error with a long header',
    frame: longFrame('08 05 6F 78 56 34 12 24 40 01 07 55 00 00 00 02'),
    reason: 'error-answer',
    address: '12345678',
  },
  { name: 'no record', frame: answer('07', ''), reason: 'unknown-identifier', address: '12345678' },
  { name: 'records of no use', frame: answer('07', '02 FD 17 00 00 0C 78 44 33 22 11'), reason: 'unknown-identifier' },
  {
    name: 'encrypted data',
    frame: longFrame('08 02 72 78 56 34 12 24 40 01 07 55 00 10 05 01 16 64'),
    reason: 'unknown-identifier',
    address: '12345678',
  },
  { name: 'a register with invalid digits', frame: answer('07', '0C 13 BB 00 00 00'), reason: 'bad-value' },
  { name: 'a register beyond 2^53', frame: answer('02', '07 06 FF FF FF FF FF FF FF 7F'), reason: 'bad-value' },
  { name: 'a register that is infinite', frame: answer('02', '05 06 00 00 80 7F'), reason: 'bad-value' },
  { name: 'a record that runs past the end', frame: answer('07', '0C 13 00 00'), reason: 'truncated' },
  { name: 'more than ten VIFE', frame: answer('07', `01 ${'93 '.repeat(12)} 00 01`), reason: 'truncated' },
  { name: 'more than ten DIFE', frame: answer('07', `${'81 '.repeat(12)} 01 13 01`), reason: 'truncated' },
  { name: 'a header cut short', frame: longFrame('08 02 72 78 56'), reason: 'truncated' },
  { name: 'fixed data cut short', frame: longFrame('08 02 73 78 56'), reason: 'truncated' },
];

test.each(refused)('refused: $name', ({ frame, reason, address }) => {
  const result = decodeMbus(frame, context);
  expect(result).toMatchObject({ ok: false, reason, ...(address !== undefined && { address }) });
});

test('an old meter’s signature is no encryption', () => {
  expect(fieldsOf(longFrame('08 02 72 78 56 34 12 24 40 01 07 55 00 27 B6 01 16 64'))).toMatchObject({ total: 100 });
});

test('a frame cut at any byte is truncated, and one with any bit turned is refused', () => {
  const whole = bytes(crossChecks[1]!.hex);
  for (let length = 1; length < whole.length; length++) {
    expect(decodeMbus(whole.subarray(0, length), context)).toMatchObject({ ok: false, reason: 'truncated' });
  }
  for (let at = 0; at < whole.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const turned = whole.slice();
      turned[at]! ^= 1 << bit;
      expect([at, bit, decodeMbus(turned, context).ok]).toEqual([at, bit, false]);
    }
  }
});

test('never throws: random bytes, and random data in a frame whose checksum is right', () => {
  const data = fc.uint8Array({ maxLength: 255 });
  fc.assert(
    fc.property(data, (random) => {
      decodeMbus(random, context);
    }),
    { numRuns: 2000 },
  );
  const header = fc.constantFrom('08 02 72', '08 02 76', '08 02 7A', '08 02 78', '08 02 73', '08 02 77', '08 02 6F');
  fc.assert(
    fc.property(header, fc.uint8Array({ maxLength: 240 }), (start, random) => {
      const result = decodeMbus(longFrame(start + Buffer.from(random).toString('hex')), context);
      if (!result.ok) return;
      const numbers = JSON.stringify(result.fields, (_, value: unknown) =>
        typeof value === 'number' && !Number.isFinite(value) ? 'no number' : value,
      );
      expect(numbers).not.toContain('no number');
    }),
    { numRuns: 20_000 },
  );
});
