import { expect, test } from 'vitest';

import { darkRoots, withoutRoots } from '../../../services/comparison/dark-roots.ts';
import { type DayUse, wholeUse } from '../../../services/comparison/day-uses.ts';

const day = (date: string, uses: Record<string, number | null>): DayUse => ({
  date,
  roots: Object.entries(uses).map(([root, micro]) => ({ root, meters: root, micro })),
  measuredMs: 0,
  estimatedMs: 0,
  manualMs: 0,
  missingMs: 0,
});

test('a meter that is dark most of the time goes from both periods, one that is known as often stays', () => {
  const current = [day('c1', { a: 1, b: null, n: 1 }), day('c2', { a: null, b: null, n: 1 })];
  const baseline = [day('b1', { a: 2, b: 20 }), day('b2', { a: 3, b: 30 })];
  const dark = darkRoots([{ current, baseline }]);
  expect([...dark.roots]).toEqual(['b']);
  expect(dark.leftOut).toEqual(
    ['c1', 'c2', 'b1', 'b2'].map((date, index) => ({
      date: index < 2 ? date : null,
      counterpart: index < 2 ? null : date,
      root: 'b',
      reason: 'missing-in-current',
    })),
  );
  expect(withoutRoots(current, dark.roots).map(wholeUse)).toEqual([2, null]);
  expect(withoutRoots(baseline, dark.roots).map(wholeUse)).toEqual([2, 3]);
});

test.each([
  ['now', [null, null, 1], [1, 1, 1], 'missing-in-current'],
  ['then', [1, 1, 1], [null, 1, null], 'missing-in-baseline'],
  ['in both', [null], [null], 'missing-in-both'],
] as const)('dark %s', (_name, now, then, reason) => {
  const current = now.map((a, index) => day(`c${index}`, { a }));
  const baseline = then.map((a, index) => day(`b${index}`, { a }));
  const { leftOut } = darkRoots([{ current, baseline }]);
  expect(new Set(leftOut.map((left) => left.reason))).toEqual(new Set([reason]));
});
