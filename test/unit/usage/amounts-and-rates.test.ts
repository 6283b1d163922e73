import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { registerToMicro } from '../../../domain/micro.ts';
import { QUALITIES } from '../../../domain/quality.ts';
import { newAccount, stateFromText } from '../../../services/usage/account-state.ts';
import { qualityOf } from '../../../services/usage/interval-code.ts';
import type { BuiltUsage, IntervalInput } from '../../../services/usage/interval-input.ts';
import type { RegisterPlan } from '../../../services/usage/register-plan.ts';
import { USAGE_BUILDERS, usageSource, type UsageSource } from '../../../services/usage/usage-source.ts';

const QUARTER = 900_000;
const plain: RegisterPlan = { rules: { modulus: undefined, ratedPerHour: undefined, multiplier: 1 } };

/** Amounts or rates as [quarter hours, value, from]. */
type Reading = readonly [at: number, value: number, from?: number];

function built(
  source: UsageSource,
  readings: readonly Reading[],
  plan: RegisterPlan = plain,
  more: Partial<IntervalInput> = {},
): BuiltUsage {
  return USAGE_BUILDERS[source]({
    meter: 'm',
    fromMs: 0,
    stepMs: QUARTER,
    expectedMs: QUARTER,
    plan,
    state: newAccount(),
    readings: {
      times: Float64Array.from(readings, ([at]) => Math.round(at * QUARTER)),
      values: Float64Array.from(readings, ([, value]) => value),
      froms: Float64Array.from(readings, ([, , from]) =>
        from === undefined ? Number.NaN : Math.round(from * QUARTER),
      ),
    },
    ...more,
  });
}

function told(source: UsageSource, readings: readonly Reading[], plan?: RegisterPlan): string[] {
  const { values, qualities } = built(source, readings, plan);
  return Array.from(values, (micro, index) => {
    const quality = QUALITIES[qualityOf(qualities[index]!)]!;
    return quality === 'missing' ? quality : `${Number(micro) / 1e6} ${quality}`;
  });
}

const times2: RegisterPlan = { rules: { ...plain.rules, multiplier: 2 } };
const changed: RegisterPlan = {
  rules: { ...plain.rules, multipliersFrom: [{ atMs: 1.5 * QUARTER, multiplier: 10 }] },
};
const cases: { name: string; source: UsageSource; readings: Reading[]; plan?: RegisterPlan; want: string[] }[] = [
  {
    name: 'an amount counts from where it says that it begins, × the multiplier',
    source: 'delta',
    readings: [
      [1, 2, 0],
      [2, 3, 1],
    ],
    plan: times2,
    want: ['4 measured', '6 measured', 'missing'],
  },
  {
    name: 'one that does not say begins where the one before ended',
    source: 'delta',
    readings: [
      [1, 2, 0],
      [2.5, 3],
    ],
    want: ['2 measured', '2 interpolated', '1 interpolated'],
  },
  {
    name: 'or one expected interval before, where that is long ago',
    source: 'delta',
    readings: [
      [1, 2, 0],
      [5, 3],
    ],
    want: ['2 measured', 'missing', 'missing', 'missing', '3 measured', 'missing'],
  },
  {
    name: 'the first that does not say too',
    source: 'delta',
    readings: [[2, 2]],
    want: ['missing', '2 measured', 'missing'],
  },
  {
    name: 'what the one before covers is cut off, and the whole amount counts within the rest',
    source: 'delta',
    readings: [
      [2, 2, 0],
      [3, 6, 1],
    ],
    want: ['1 interpolated', '1 interpolated', '6 measured', 'missing'],
  },
  {
    name: 'an amount of a long time is spread and estimated',
    source: 'delta',
    readings: [[4, 8, 0]],
    want: ['2 estimated', '2 estimated', '2 estimated', '2 estimated', 'missing'],
  },
  {
    name: 'below zero, or above the rated maximum, an amount is left out',
    source: 'delta',
    readings: [
      [1, -2, 0],
      [2, 100, 1],
      [3, 1, 2],
    ],
    plan: { rules: { ...plain.rules, ratedPerHour: 20 } },
    want: ['missing', 'missing', '1 measured', 'missing'],
  },
  {
    name: 'a change of the multiplier divides an amount by time',
    source: 'delta',
    readings: [
      [1, 2, 0],
      [2, 2, 1],
    ],
    plan: changed,
    want: ['2 measured', '11 measured', 'missing'],
  },
  {
    name: 'amounts before the installation and after the removal are none',
    source: 'delta',
    readings: [
      [1, 2, 0],
      [2, 2, 1],
      [3, 2, 2],
      [4, 2, 3],
    ],
    plan: { ...plain, installedMs: QUARTER, removedMs: 3 * QUARTER },
    want: ['missing', '2 measured', '2 measured', 'missing', 'missing'],
  },
  {
    name: 'a rate is integrated by trapezium and estimated',
    source: 'rate',
    readings: [
      [0, 4],
      [1, 8],
      [2, 8],
    ],
    want: ['1.5 estimated', '2 estimated', 'missing'],
  },
  {
    name: 'between readings off the boundaries as its line runs',
    source: 'rate',
    readings: [
      [0.5, 0],
      [1.5, 8],
    ],
    want: ['0.25 estimated', '0.75 estimated'],
  },
  {
    name: 'over two expected intervals, and no longer',
    source: 'rate',
    readings: [
      [0, 4],
      [2, 4],
      [5, 4],
      [6, 4],
    ],
    want: ['1 estimated', '1 estimated', 'missing', 'missing', 'missing', '1 estimated', 'missing'],
  },
  {
    name: 'a rate below zero is none',
    source: 'rate',
    readings: [
      [0, -4],
      [1, 4],
      [2, 4],
    ],
    want: ['0.5 estimated', '1 estimated', 'missing'],
  },
  {
    name: 'a rate above the rated maximum is left out with what it bounds',
    source: 'rate',
    readings: [
      [0, 4],
      [1, 400],
      [2, 4],
      [3, 4],
    ],
    plan: { rules: { ...plain.rules, ratedPerHour: 20 } },
    want: ['missing', 'missing', '1 estimated', 'missing'],
  },
  {
    name: 'kW of heat become GJ, by the multiplier in force',
    source: 'rate',
    readings: [
      [0, 1000],
      [1, 1000],
      [2, 1000],
    ],
    plan: { ...changed, unitsPerRate: 0.0036 },
    want: ['0.9 estimated', '4.95 estimated', 'missing'],
  },
];

describe('meters without a register', () => {
  for (const { name, source, readings, plan, want } of cases)
    test(name, () => expect(told(source, readings, plan)).toEqual(want));
});

test('gaps between amounts and impossible ones are found', () => {
  const { findings } = built('delta', [
    [1, 2, 0],
    [5, 1, 4],
    [6, -1, 5],
  ]);
  expect(findings).toEqual([
    { kind: 'gap', fromMs: QUARTER, toMs: 4 * QUARTER, registerBefore: null, registerAfter: null },
    { kind: 'outlier', fromMs: 6 * QUARTER, toMs: 6 * QUARTER, registerBefore: null, registerAfter: -1 },
  ]);
});

test('amounts sum to what was told, × the multiplier; from any interval on as from the beginning', () => {
  const reading = fc.tuple(fc.integer({ min: 1000, max: 5 * QUARTER }), fc.integer({ min: 0, max: 100_000 }));
  const source = fc.constantFrom('delta' as const, 'rate' as const);
  fc.assert(
    fc.property(fc.array(reading, { minLength: 1, maxLength: 60 }), source, fc.nat(), (steps, of, pick) => {
      let ms = 0;
      const readings = steps.map(([dt, value]): Reading => [(ms += dt) / QUARTER, value / 100]);
      const plan: RegisterPlan = { rules: { ...plain.rules, multiplier: 40 } };
      const whole = built(of, readings, plan);
      if (of === 'delta') {
        // The first may begin before what is made.
        const first = readings[0]![0] < 1 ? 1 : 0;
        const want = readings.slice(first).reduce((sum, [, value]) => sum + registerToMicro(value, 40), 0n);
        const before = whole.values.reduce((sum, value) => sum + value, 0n) - want;
        expect(before >= 0n && before <= registerToMicro(readings[0]![1], 40)).toBe(true);
        if (first === 0) expect(before).toBe(0n);
      }
      const index = pick % whole.starts.length;
      const fromMs = whole.starts[index]!;
      const last = readings.findLast(([at]) => Math.round(at * QUARTER) < fromMs);
      const rest = readings.filter(([at]) => Math.round(at * QUARTER) >= fromMs);
      const state = stateFromText(
        whole.states[index]!,
        last && { atMs: Math.round(last[0] * QUARTER), register: last[1] },
      );
      const resumed = built(of, rest, plan, { fromMs, state });
      expect([...resumed.values]).toEqual([...whole.values].slice(index));
      expect([...resumed.qualities]).toEqual([...whole.qualities].slice(index));
      expect(resumed.states).toEqual(whole.states.slice(index));
      expect(resumed.findings).toEqual(whole.findings.filter(({ toMs }) => toMs >= fromMs));
    }),
    { numRuns: 1000 },
  );
});

test('a register stands before amounts, amounts before a rate, and what people read before nothing', () => {
  const given = { ...plain, given: [{ atMs: 0, register: 1, isDecided: false }] };
  expect(usageSource(new Set(['rate', 'delta', 'total']), plain)).toBe('total');
  expect(usageSource(new Set(['rate', 'delta']), given)).toBe('delta');
  expect(usageSource(new Set(['rate', 'voltage']), plain)).toBe('rate');
  expect(usageSource(new Set(['voltage']), given)).toBe('total');
  expect(usageSource(new Set(['voltage']), plain)).toBeUndefined();
});
