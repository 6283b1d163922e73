import fc from 'fast-check';
import { expect, test } from 'vitest';

import { problemOfCreditCode } from '../../../domain/credit-code.ts';

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';

// The example of GB 32100-2015 and codes of well-known bodies.
test.each(['91350100M000100Y43', '91110000600037341L', '91330100799655058B'])('%s is one', (code) => {
  expect(problemOfCreditCode(code)).toBeUndefined();
});

test.each([
  ['91350100M000100Y4', 'has 17 characters; a credit code (统一社会信用代码) has 18'],
  ['', 'has 0 characters'],
  ['9135010OM000100Y43', 'has the character O; a credit code has digits and capital letters without I, O, S, V and Z'],
  ['91350100m000100Y43', 'has the character m'],
  ['91350100M000100Y44', 'ends in 4, by the seventeen characters before it that must be 3: one of them is mistyped'],
  ['91350100M000100Y34', 'must be'],
])('%s %s', (code, words) => {
  expect(problemOfCreditCode(code)).toContain(words);
});

test('a single mistyped character is always noticed', () => {
  const code = '91350100M000100Y43';
  fc.assert(
    fc.property(fc.nat(17), fc.constantFrom(...Array.from(ALPHABET)), (at, character) => {
      fc.pre(code[at] !== character);
      expect(problemOfCreditCode(code.slice(0, at) + character + code.slice(at + 1))).toBeDefined();
    }),
  );
});
