import { createHash, timingSafeEqual } from 'node:crypto';

/** SHA-256 of a token, hex. Tokens are random, so a fast hash does. */
export function hashToken(token: string | Uint8Array): string {
  return createHash('sha256').update(token).digest('hex');
}

/** True where `token` is the one whose hash is `expectedHash`; takes the same time whatever differs. */
export function tokenMatches(token: Uint8Array, expectedHash: string): boolean {
  const expected = Buffer.from(expectedHash, 'hex');
  const actual = Buffer.from(hashToken(token), 'hex');
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
