import { USAGE_MEDIA } from '../../domain/quantity.ts';
import type { InstitutionUsage, KnownUsage } from './port.ts';

const LARGEST = 2n ** 63n - 1n;

/** Of a sum, what tells how much of it is known. */
export type KnownPart = Pick<
  InstitutionUsage,
  'institution' | 'medium' | 'startMs' | 'micro' | 'measuredMs' | 'estimatedMs' | 'manualMs'
>;

/** Sums what is known of institutions over sub-items, for a store that cannot do that itself. */
export function collectKnownUsage(institutions: readonly string[]): {
  add(sum: KnownPart): void;
  finish(): KnownUsage;
} {
  const placeOf = new Map(institutions.map((id, place) => [id, place]));
  const rows: { institution: number; medium: number; startMs: number; micro: bigint; knownMs: number }[] = [];
  // By period first: an institution's periods come one after another, its sub-items apart.
  const byStart = new Map<number, Map<number, (typeof rows)[number]>>();
  return {
    add: (sum) => {
      const knownMs = sum.measuredMs + sum.estimatedMs + sum.manualMs;
      const institution = placeOf.get(sum.institution);
      if (knownMs === 0 || institution === undefined) return;
      const medium = USAGE_MEDIA.indexOf(sum.medium);
      const key = institution * USAGE_MEDIA.length + medium;
      let ofStart = byStart.get(sum.startMs);
      if (ofStart === undefined) byStart.set(sum.startMs, (ofStart = new Map()));
      const row = ofStart.get(key);
      if (row === undefined) {
        const first = { institution, medium, startMs: sum.startMs, micro: sum.micro, knownMs };
        ofStart.set(key, first);
        rows.push(first);
      } else {
        row.micro += sum.micro;
        row.knownMs += knownMs;
      }
    },
    finish: () => ({
      institutions: Uint32Array.from(rows, ({ institution }) => institution),
      media: Uint8Array.from(rows, ({ medium }) => medium),
      starts: Float64Array.from(rows, ({ startMs }) => startMs),
      micro: BigInt64Array.from(rows, ({ micro }) => saturated(micro)),
      knownMs: Float64Array.from(rows, ({ knownMs }) => knownMs),
    }),
  };
}

function saturated(micro: bigint): bigint {
  if (micro > LARGEST) return LARGEST;
  return micro < -LARGEST ? -LARGEST : micro;
}
