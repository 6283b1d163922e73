import type { UsageMeter } from '../usage/meter-config.ts';

/** The register modulus that held at an instant, register units: the next event that changed it knows what was before. */
export function modulusAt({ events = [], registerModulus }: UsageMeter, atMs: number): number | null {
  const next = events.find((event) => event.atMs > atMs && event.registerModulusBefore !== undefined);
  return next === undefined ? registerModulus : (next.registerModulusBefore ?? null);
}

/** The rated maximum that held at an instant, register units per hour. */
export function ratedMaximumAt({ events = [], ratedMaximum }: UsageMeter, atMs: number): number | null {
  const next = events.find((event) => event.atMs > atMs && event.ratedMaximumBefore !== undefined);
  return next === undefined ? ratedMaximum : (next.ratedMaximumBefore ?? null);
}
