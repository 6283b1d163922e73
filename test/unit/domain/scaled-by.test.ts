import fc from 'fast-check';
import { expect, test } from 'vitest';

import { scaledBy } from '../../../domain/scaled-by.ts';

test.each([
  [4521, 0.001, 4.521],
  [5.1, 0.001, 0.0051],
  [-18.017, 0.001, -0.018017],
  [108.708, 0.001, 0.108708],
  [60, 0.06, 3.6],
  [1.5, 1000, 1500],
  [0, 0.001, 0],
  [1e300, 0.001, 1e297],
  [7.25, 1, 7.25],
])('%f × %f is %f', (value, factor, scaled) => {
  expect(scaledBy(value, factor)).toBe(scaled);
});

test('thousandths are the decimal three places on, whatever the digits', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 6 }), (digits, decimals) => {
      const value = Number(`${digits}e-${decimals}`);
      expect(scaledBy(value, 0.001)).toBe(Number(`${digits}e-${decimals + 3}`));
    }),
  );
});

test('what has more digits than a decimal is divided', () => {
  expect(scaledBy(Math.PI, 0.001)).toBe(Math.PI / 1000);
  expect(scaledBy(1e-12, 0.001)).toBe(1e-12 / 1000);
  expect(scaledBy(Number.POSITIVE_INFINITY, 0.001)).toBe(Number.POSITIVE_INFINITY);
});
