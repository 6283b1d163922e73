import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { registerToMicro } from '../../../domain/micro.ts';
import { QUALITIES } from '../../../domain/quality.ts';
import { newAccount } from '../../../services/usage/account-state.ts';
import { buildIntervals } from '../../../services/usage/build-intervals.ts';
import { isPartial, qualityOf } from '../../../services/usage/interval-code.ts';
import type { RegisterRules } from '../../../services/usage/register-plan.ts';

const QUARTER = 900_000;
const plain: RegisterRules = { modulus: undefined, ratedPerHour: undefined, multiplier: 1 };

/** Readings as [quarter hours since the start, register]. */
function intervals(readings: [number, number][], rules = plain): (string | number)[][] {
  const built = buildIntervals({
    meter: 'm',
    fromMs: 0,
    stepMs: QUARTER,
    expectedMs: QUARTER,
    plan: { rules },
    state: newAccount(),
    readings: {
      times: Float64Array.from(readings, ([at]) => Math.round(at * QUARTER)),
      values: Float64Array.from(readings, ([, register]) => register),
    },
  });
  return Array.from(built.values, (micro, index) => {
    const code = built.qualities[index]!;
    return [Number(micro) / 1e6, QUALITIES[qualityOf(code)]! + (isPartial(code) ? '*' : '')];
  });
}

const cases: { name: string; readings: [number, number][]; rules?: RegisterRules; want: (string | number)[][] }[] = [
  {
    name: 'readings on the boundaries are measured; the interval that has only begun is missing',
    readings: [
      [0, 10],
      [1, 12],
      [2, 15],
    ],
    want: [
      [2, 'measured'],
      [3, 'measured'],
      [0, 'missing'],
    ],
  },
  {
    name: 'between boundaries usage is spread by time; first and last are partial',
    readings: [
      [0.5, 10],
      [1.5, 14],
    ],
    want: [
      [2, 'measured*'],
      [2, 'measured*'],
    ],
  },
  {
    name: 'a gap within two expected intervals is interpolated',
    readings: [
      [0, 0],
      [2, 8],
    ],
    want: [
      [4, 'interpolated'],
      [4, 'interpolated'],
      [0, 'missing'],
    ],
  },
  {
    name: 'a longer gap is estimated, its total exact',
    readings: [
      [0, 0],
      [4, 8],
    ],
    want: [
      [2, 'estimated'],
      [2, 'estimated'],
      [2, 'estimated'],
      [2, 'estimated'],
      [0, 'missing'],
    ],
  },
  {
    name: 'a rollover goes on',
    readings: [
      [0, 9998],
      [1, 9999.5],
      [2, 1.5],
    ],
    rules: { modulus: 10_000, ratedPerHour: 20, multiplier: 1 },
    want: [
      [1.5, 'measured'],
      [2, 'measured'],
      [0, 'missing'],
    ],
  },
  {
    name: 'a rollover without a rated maximum: from the last tenth into the first',
    readings: [
      [0, 9990],
      [1, 20],
    ],
    rules: { modulus: 10_000, ratedPerHour: undefined, multiplier: 40 },
    want: [
      [1200, 'measured'],
      [0, 'missing'],
    ],
  },
  {
    name: 'a decrease that no rated maximum allows is no rollover',
    readings: [
      [0, 5000],
      [1, 100],
      [2, 5001],
    ],
    rules: { modulus: 10_000, ratedPerHour: 20, multiplier: 1 },
    want: [
      [0.5, 'interpolated'],
      [0.5, 'interpolated'],
      [0, 'missing'],
    ],
  },
  {
    name: 'a zero glitch is left out',
    readings: [
      [0, 100],
      [1, 0],
      [2, 102],
      [3, 103],
    ],
    want: [
      [1, 'interpolated'],
      [1, 'interpolated'],
      [1, 'measured'],
      [0, 'missing'],
    ],
  },
  {
    name: 'three readings on a new level: intervals go on, the step counts nowhere',
    readings: [
      [0, 100],
      [1, 101],
      [2, 5],
      [3, 6],
      [4, 8],
    ],
    want: [
      [1, 'measured'],
      [0, 'missing'],
      [1, 'measured'],
      [2, 'measured'],
      [0, 'missing'],
    ],
  },
  {
    name: 'a rise above the rated maximum is suspect and left out when the register returns',
    readings: [
      [0, 100],
      [1, 900],
      [2, 102],
    ],
    rules: { modulus: undefined, ratedPerHour: 20, multiplier: 1 },
    want: [
      [1, 'interpolated'],
      [1, 'interpolated'],
      [0, 'missing'],
    ],
  },
  {
    name: 'a step that no meter can do is suspect, whatever the rated maximum, and left out when the register returns',
    readings: [
      [0, 100],
      [1, 100_000_101],
      [2, 102],
    ],
    want: [
      [1, 'interpolated'],
      [1, 'interpolated'],
      [0, 'missing'],
    ],
  },
  {
    name: 'the largest step that counts',
    readings: [
      [0, 0],
      [1, 1e8],
    ],
    want: [
      [1e8, 'measured'],
      [0, 'missing'],
    ],
  },
  {
    name: 'with a multiplier that makes every step too large, nothing counts',
    readings: [
      [0, 0],
      [1, 1e9],
      [2, -1e9],
      [3, 1e9],
    ],
    rules: { modulus: undefined, ratedPerHour: undefined, multiplier: 1e6 },
    want: Array.from({ length: 4 }, () => [0, 'missing']),
  },
];

test('an interval whose usage 64 bits do not hold stops at the bound, estimated', () => {
  const built = intervals(Array.from({ length: 100_001 }, (_, index) => [(index * 8) / QUARTER, index * 99_000_000]));
  expect(built).toEqual([[Number(2n ** 63n - 1n) / 1e6, 'estimated*']]);
});

describe('buildIntervals', () => {
  for (const { name, readings, rules, want } of cases) {
    test(name, () => expect(intervals(readings, rules)).toEqual(want));
  }
});

const history = fc.record({
  start: fc.integer({ min: 0, max: 99_999_999 }),
  steps: fc.array(fc.tuple(fc.integer({ min: 1000, max: 50 * QUARTER }), fc.integer({ min: 0, max: 2_000_000 })), {
    minLength: 1,
    maxLength: 200,
  }),
  multiplier: fc.constantFrom(1, 40, 80, 0.1, 2000),
  offset: fc.integer({ min: 0, max: QUARTER - 1 }),
});

test('the intervals of any rising register sum to its difference × the multiplier, over rollovers', () => {
  fc.assert(
    fc.property(history, ({ start, steps, multiplier, offset }) => {
      const modulus = 1_000_000;
      const times = [offset];
      const totals = [start];
      for (const [dt, d] of steps) {
        times.push(times.at(-1)! + dt);
        totals.push(totals.at(-1)! + d);
      }
      // Registers in hundredths, wrapped at the modulus.
      const registers = totals.map((total) => (total % (modulus * 100)) / 100);
      const built = buildIntervals({
        meter: 'm',
        fromMs: 0,
        stepMs: QUARTER,
        expectedMs: QUARTER,
        plan: { rules: { modulus, ratedPerHour: undefined, multiplier } },
        state: newAccount(),
        readings: { times: Float64Array.from(times), values: Float64Array.from(registers) },
      });
      const sum = built.values.reduce((a, b) => a + b, 0n);
      const rollovers = BigInt(Math.floor(totals.at(-1)! / (modulus * 100)) - Math.floor(start / (modulus * 100)));
      const want =
        registerToMicro(registers.at(-1)!, multiplier) -
        registerToMicro(registers[0]!, multiplier) +
        rollovers * registerToMicro(modulus, multiplier);
      expect(sum).toBe(want);
    }),
    { numRuns: 500 },
  );
});
