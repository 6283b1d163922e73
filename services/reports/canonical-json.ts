import { createHash } from 'node:crypto';

/** JSON with the keys of every object in order, so that equal values give equal text. Undefined members are left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

/** SHA-256 of a text, hex: the digest of a report is that of the canonical JSON of its figures. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
