import fc from 'fast-check';
import { expect, test, vi } from 'vitest';

import { createZone } from '../../../../domain/zone.ts';
import { decodeDlt6451997 } from '../../../../gateway/decode/dlt645-1997/decode.ts';
import { decodeDlt6452007 } from '../../../../gateway/decode/dlt645-2007/decode.ts';
import { encodeDlt645Of1997, encodeDlt645RefusalOf1997 } from '../../../../simulators/encoders/dlt645-1997.ts';
import { encodeDlt645, encodeDlt645Refusal, encodeDlt645Request } from '../../../../simulators/encoders/dlt645-2007.ts';
import { decimal } from '../../../support/decimal.ts';

// Thousands of frames are made here, next to whatever else the machine does.
vi.setConfig({ testTimeout: 60_000 });

const context = { zone: createZone('Asia/Shanghai'), receivedAtMs: Date.UTC(2026, 0, 8) };
const RUNS = { numRuns: 1000 };

/** What an identifier carries: names of the values in a reading, `registers.` before those that are registers. */
interface Carried {
  identifier: string;
  names: string[];
  places: number;
  /** Largest number of last digits. */
  most: number;
  least?: number;
  isEnergy?: boolean;
}

const ENERGY = { places: 2, most: 99_999_999, isEnergy: true };
const SIGNED = { places: 2, most: 79_999_999, least: -79_999_999 };
const POWER = { places: 4, most: 799_999, least: -799_999 };
const tariffs = (name: string): string[] => [1, 2, 3, 4].map((rate) => `registers.${name}${rate}`);

const OF_2007: Carried[] = [
  { identifier: '00000000', names: ['registers.combined'], ...SIGNED, isEnergy: true },
  { identifier: '00010000', names: ['total'], ...ENERGY },
  { identifier: '0001FF00', names: ['total', ...tariffs('t')], ...ENERGY },
  ...tariffs('t').map((name, rate) => ({ identifier: `00010${rate + 1}00`, names: [name], ...ENERGY })),
  { identifier: '00020000', names: ['registers.reverse'], ...ENERGY },
  { identifier: '0002FF00', names: ['registers.reverse', ...tariffs('reverseT')], ...ENERGY },
  { identifier: '00030000', names: ['registers.reactive1'], ...SIGNED },
  { identifier: '00040000', names: ['registers.reactive2'], ...SIGNED },
  { identifier: '02010200', names: ['voltageB'], places: 1, most: 9999 },
  { identifier: '0201FF00', names: ['voltageA', 'voltageB', 'voltageC'], places: 1, most: 9999 },
  { identifier: '0202FF00', names: ['currentA', 'currentB', 'currentC'], places: 3, most: 799_999, least: -799_999 },
  { identifier: '02030000', names: ['rate'], ...POWER },
  { identifier: '0203FF00', names: ['rate', 'powerA', 'powerB', 'powerC'], ...POWER },
  { identifier: '02040000', names: ['reactivePower'], ...POWER },
  { identifier: '02050000', names: ['apparentPower'], ...POWER },
  {
    identifier: '0206FF00',
    names: ['powerFactor', 'powerFactorA', 'powerFactorB', 'powerFactorC'],
    places: 3,
    most: 1000,
    least: -1000,
  },
  { identifier: '02800002', names: ['frequency'], places: 2, most: 9999 },
];

const OF_1997: Carried[] = [
  { identifier: '9010', names: ['total'], ...ENERGY },
  { identifier: '901F', names: ['total', ...tariffs('t')], ...ENERGY },
  { identifier: '9020', names: ['registers.reverse'], ...ENERGY },
  { identifier: '9110', names: ['registers.reactive1'], places: 2, most: 99_999_999 },
  { identifier: 'B612', names: ['voltageB'], places: 0, most: 9999 },
  { identifier: 'B622', names: ['currentB'], places: 2, most: 9999 },
  { identifier: 'B630', names: ['rate'], places: 4, most: 999_999 },
  { identifier: 'B640', names: ['reactivePower'], places: 2, most: 9999 },
  { identifier: 'B650', names: ['powerFactor'], places: 3, most: 1000 },
];

/** An identifier with digits for each of its values, some of which the meter does not have. */
function answers(carried: readonly Carried[]): fc.Arbitrary<{ what: Carried; digits: (number | null)[] }> {
  return fc.constantFrom(...carried).chain((what) => {
    const digits = fc.integer({ min: what.least ?? 0, max: what.most });
    const maybe = what.names.length === 1 ? digits : fc.option(digits, { freq: 6 });
    return fc
      .array(maybe, { minLength: what.names.length, maxLength: what.names.length })
      .filter((all) => all.some((each) => each !== null))
      .map((all) => ({ what, digits: all }));
  });
}

function fieldsOf(what: Carried, digits: readonly (number | null)[]): Record<string, unknown> {
  const fields: Record<string, unknown> = what.isEnergy === true ? { unit: 'kWh' } : {};
  for (const [index, name] of what.names.entries()) {
    const digit = digits[index]!;
    if (digit === null) continue;
    const value = decimal(digit, -what.places);
    if (!name.startsWith('registers.')) fields[name] = value;
    else ((fields['registers'] ??= {}) as Record<string, number>)[name.slice('registers.'.length)] = value;
  }
  // One phase alone stands for the meter.
  for (const name of ['voltage', 'current']) {
    if (fields[`${name}A`] !== undefined && fields[`${name}B`] === undefined && fields[`${name}C`] === undefined)
      fields[name] = fields[`${name}A`];
  }
  return fields;
}

const addresses = fc.stringMatching(/^\d{12}$/);
const values = (digits: readonly (number | null)[], { places }: Carried): (number | null)[] =>
  digits.map((each) => (each === null ? null : each / 10 ** places));

test('DL/T 645-2007: what an answer carries comes out as it went in', () => {
  fc.assert(
    fc.property(addresses, answers(OF_2007), fc.boolean(), (address, { what, digits }, more) => {
      const frame = encodeDlt645(address, what.identifier, values(digits, what), { more });
      const result = decodeDlt6452007(frame, context);
      expect(result).toMatchObject({ ok: true, address });
      expect(result.ok && result.fields).toEqual(fieldsOf(what, digits));
    }),
    RUNS,
  );
});

test('DL/T 645-1997: what an answer carries comes out as it went in', () => {
  fc.assert(
    fc.property(addresses, answers(OF_1997), (address, { what, digits }) => {
      const frame = encodeDlt645Of1997(address, what.identifier, values(digits, what));
      const result = decodeDlt6451997(frame, context);
      expect(result).toMatchObject({ ok: true, address });
      expect(result.ok && result.fields).toEqual(fieldsOf(what, digits));
    }),
    RUNS,
  );
});

test.each([
  { name: 'a refusal', frame: encodeDlt645Refusal('161'), decode: decodeDlt6452007, want: 'error-answer' },
  {
    name: 'a refusal of 1997',
    frame: encodeDlt645RefusalOf1997('161'),
    decode: decodeDlt6451997,
    want: 'error-answer',
  },
  { name: 'a request', frame: encodeDlt645Request('161', '00010000'), decode: decodeDlt6452007, want: 'not-an-answer' },
])('DL/T 645: $name is refused as $want, with the address', ({ frame, decode, want }) => {
  expect(decode(frame, context)).toMatchObject({ ok: false, reason: want, address: '000000000161' });
});
