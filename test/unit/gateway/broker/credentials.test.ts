import { expect, test } from 'vitest';

import { hashToken, tokenMatches } from '../../../../gateway/broker/credentials.ts';

test('credentials: the hash is SHA-256 in hex', () => {
  expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(hashToken(Buffer.from('abc'))).toBe(hashToken('abc'));
});

for (const { name, token, expected, want } of [
  { name: 'the token', token: 'secret', expected: hashToken('secret'), want: true },
  { name: 'another token', token: 'Secret', expected: hashToken('secret'), want: false },
  { name: 'nothing', token: '', expected: hashToken('secret'), want: false },
  { name: 'the hash itself', token: hashToken('secret'), expected: hashToken('secret'), want: false },
  { name: 'against no hash', token: 'secret', expected: '', want: false },
  { name: 'against a hash that is cut off', token: 'secret', expected: hashToken('secret').slice(0, 32), want: false },
  { name: 'against garbage', token: 'secret', expected: 'not hex', want: false },
  { name: 'against zeros', token: '', expected: '0'.repeat(64), want: false },
]) {
  test(`credentials: ${name} => ${want}`, () => expect(tokenMatches(Buffer.from(token), expected)).toBe(want));
}
