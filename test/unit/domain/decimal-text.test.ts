import fc from 'fast-check';
import { expect, test } from 'vitest';

import { DECIMAL_TEXT, decimalText, microOf } from '../../../domain/decimal-text.ts';

test.each([
  ['0', 0n],
  ['0.4683', 468_300n],
  ['0.000001', 1n],
  ['123456789.5', 123_456_789_500_000n],
])('millionths of %s', (text, micro) => {
  expect(DECIMAL_TEXT.test(text)).toBe(true);
  expect(microOf(text)).toBe(micro);
});

test.each(['', '.5', '5.', '-1', '1e3', '1,5', '0.1234567', '1234567890', ' 1', 'NaN'])('%j is no price', (text) => {
  expect(DECIMAL_TEXT.test(text)).toBe(false);
});

test.each([
  [0n, '0'],
  [1n, '0.000000000001'],
  [-1n, '-0.000000000001'],
  [1_500_000_000_000n, '1.5'],
  [-12_000_000_000_000n, '-12'],
  [10n ** 30n, `1${'0'.repeat(18)}`],
])('%s of 10⁻¹² is %s', (count, text) => expect(decimalText(count, 12)).toBe(text));

test('what is written as text reads as the same number', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 999_999_999_999_999n }), (micro) => {
      expect(microOf(decimalText(micro, 6))).toBe(micro);
    }),
    { numRuns: 1000 },
  );
});
