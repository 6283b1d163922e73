import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { UsageMeter } from '../../../services/usage/meter-config.ts';
import { metersOfTerms, sumTerms, type Part } from '../../../services/usage/sum-terms.ts';
import { plainMeter } from '../../support/random-life.ts';

const virtual = (id: string, ...terms: [string, number][]): UsageMeter => ({
  ...plainMeter(id),
  shares: [],
  terms: terms.map(([meterId, factor]) => ({ meterId, factor })),
});
const known = (...meters: UsageMeter[]): Map<string, UsageMeter> => new Map(meters.map((meter) => [meter.id, meter]));
const [a, b, c] = [plainMeter('a'), plainMeter('b'), plainMeter('c')];

const sums: [string, Part[], bigint][] = [
  [
    'a sum',
    [
      { micro: 3n, factor: 1 },
      { micro: 4n, factor: 1 },
    ],
    7n,
  ],
  [
    'a difference',
    [
      { micro: 3n, factor: 1 },
      { micro: 4n, factor: -1 },
    ],
    -1n,
  ],
  [
    'past 2^53',
    [
      { micro: 9_007_199_254_740_993n, factor: 1 },
      { micro: 1n, factor: 3 },
    ],
    9_007_199_254_740_996n,
  ],
  ['a fraction', [{ micro: 1_000_000n, factor: 0.35 }], 350_000n],
  ['half away from zero', [{ micro: 1n, factor: 0.5 }], 1n],
  ['half away from zero, below', [{ micro: 1n, factor: -0.5 }], -1n],
  [
    'rounded once',
    [
      { micro: 1n, factor: 0.4 },
      { micro: 1n, factor: 0.4 },
    ],
    1n,
  ],
  ['the smallest factor', [{ micro: 1_000_000n, factor: 0.000_001 }], 1n],
  ['a fraction below minus one', [{ micro: 10n, factor: -1.5 }], -15n],
  ['nothing', [], 0n],
];
test.each(sums)('%s', (_name, parts, want) => {
  expect(sumTerms(parts)).toEqual({ micro: want, isWhole: true });
});

test('past 64 bits a sum stops at the bound and says so', () => {
  const most = 2n ** 63n - 1n;
  expect(sumTerms([{ micro: most, factor: 2 }])).toEqual({ micro: most, isWhole: false });
  expect(sumTerms([{ micro: most, factor: -2 }])).toEqual({ micro: -most, isWhole: false });
});

test('with whole factors the sum is exact', () => {
  const part = fc.record({
    micro: fc.bigInt({ min: -(2n ** 50n), max: 2n ** 50n }),
    factor: fc.integer({ min: -9, max: 9 }),
  });
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const want = parts.reduce((sum, { micro, factor }) => sum + micro * BigInt(factor), 0n);
      expect(sumTerms(parts).micro).toBe(want);
    }),
  );
});

test('terms of terms come down to meters with a register', () => {
  const inner = virtual('inner', ['a', 1], ['b', -1]);
  const outer = virtual('outer', ['inner', -2], ['c', 0.5], ['b', 1]);
  expect(metersOfTerms(outer, known(a, b, c, inner, outer))).toEqual(
    new Map([
      ['a', -2],
      ['b', 3],
      ['c', 0.5],
    ]),
  );
});

test('what its ways cancel is left out', () => {
  const inner = virtual('inner', ['a', 1], ['b', 1]);
  const outer = virtual('outer', ['inner', 1], ['b', -1]);
  expect(metersOfTerms(outer, known(a, b, inner, outer))).toEqual(new Map([['a', 1]]));
});

test('a term that is not known makes all of it unknown', () => {
  const inner = virtual('inner', ['gone', 1]);
  expect(metersOfTerms(virtual('outer', ['a', 1], ['inner', 1]), known(a, inner))).toBeUndefined();
});

test('one that is part of itself stops the process', () => {
  const [x, y] = [virtual('x', ['y', 1]), virtual('y', ['x', 1])];
  expect(() => metersOfTerms(x, known(x, y))).toThrow(/^BUG: the virtual meter x is part of itself/);
});
