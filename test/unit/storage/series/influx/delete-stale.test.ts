import { expect, test } from 'vitest';

import { deleteStale } from '../../../../../storage/series/influx/delete-stale.ts';

const cases = [
  { name: 'nothing stands', standing: [], wanted: [1, 2], want: [] },
  { name: 'all is wanted', standing: [1, 2], wanted: [1, 2, 3], want: [] },
  { name: 'nothing is wanted', standing: [1, 2, 3], wanted: [], want: [[1, 3]] },
  { name: 'the end is gone', standing: [1, 2, 3], wanted: [1], want: [[2, 3]] },
  {
    name: 'gaps between what stays',
    standing: [1, 2, 3, 4, 5],
    wanted: [3],
    want: [
      [1, 2],
      [4, 5],
    ],
  },
];
for (const { name, standing, wanted, want } of cases)
  test(`delete stale: ${name}`, () => {
    expect(deleteStale('m', [{ condition: `meter = 'x'`, standing, wanted: new Set(wanted) }])).toEqual(
      want.map(([from, to]) => `DELETE FROM m WHERE meter = 'x' AND time >= ${from}ms AND time <= ${to}ms`),
    );
  });

test('delete stale: a new point between two stale ones is never within a deleted range', () => {
  // 2 is new: it does not stand yet when the standing times are read.
  expect(deleteStale('m', [{ condition: 'c', standing: [1, 3], wanted: new Set([2]) }])).toEqual([
    'DELETE FROM m WHERE c AND time >= 1ms AND time <= 1ms',
    'DELETE FROM m WHERE c AND time >= 3ms AND time <= 3ms',
  ]);
});
