import { expect, test } from 'vitest';

import { backoffMs } from '../../../../gateway/subscribe/backoff.ts';

test.each([
  [1, 0, 125],
  [1, 1, 250],
  [2, 1, 500],
  [5, 1, 4000],
  [8, 1, 30_000],
  [5000, 1, 30_000],
  [5000, 0, 15_000],
])('after failure %d with %d of the jitter: %d ms', (failures, random, want) => {
  expect(backoffMs(failures, { first: 250, longest: 30_000 }, () => random)).toBe(want);
});
