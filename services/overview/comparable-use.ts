import type { InstitutionInterval } from '../usage/usage-reader.ts';

/** How far known meter-time may miss that of whole meters: a share of it. */
const SLACK = 0.01;

/** What a month or day of an institution and medium is known by, over its sub-items; amounts in millionths. */
export interface KnownUse {
  micro: bigint;
  /** Meter-time that is known, milliseconds. */
  knownMs: number;
  lengthMs: number;
}

/** Adds an interval to what is known of its month or day; one without a value adds nothing. */
export function addKnown(known: Map<string, KnownUse>, key: string, row: InstitutionInterval): void {
  if (row.micro === null) return;
  const lengthMs = row.endMs - row.startMs;
  const knownMs = (row.meterMs ?? lengthMs) * (1 - row.quality.missing);
  const sum = known.get(key);
  if (sum === undefined) known.set(key, { micro: row.micro, knownMs, lengthMs });
  else {
    sum.micro += row.micro;
    sum.knownMs += knownMs;
  }
}

/** A month without one of its days, of which `day` is known. */
export function withoutDay(month: KnownUse, dayMs: number, day: KnownUse | undefined): KnownUse {
  return {
    micro: month.micro - (day?.micro ?? 0n),
    knownMs: month.knownMs - (day?.knownMs ?? 0),
    lengthMs: month.lengthMs - dayMs,
  };
}

/**
 * Whether a period and the same of last year are known alike: by as many meters, each of them throughout. A meter that
 * has died, or was read for the first time in between, would pass for a fall or a rise; that one was added below another
 * cannot be told from it and is left out too (the comparison by days of one institution can tell, services/comparison).
 */
export function isAlike(now: KnownUse, before: KnownUse): boolean {
  const meters = now.knownMs / now.lengthMs;
  const metersBefore = before.knownMs / before.lengthMs;
  const isWhole = (count: number): boolean => count > 0.5 && Math.abs(count - Math.round(count)) <= SLACK * count;
  return (
    isWhole(meters) &&
    isWhole(metersBefore) &&
    Math.abs(meters - metersBefore) <= SLACK * Math.max(meters, metersBefore)
  );
}
