import type { UsageMedium } from '../../domain/quantity.ts';
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

/** A period of this year or the same of last year, by a number of the caller's. */
export interface Slot {
  side: 'now' | 'before';
  at: number;
}

/** What is known of an institution and medium by slot; what is not known has none. */
interface KnownSeries {
  institution: string;
  medium: UsageMedium;
  now: (KnownUse | undefined)[];
  before: (KnownUse | undefined)[];
}

/** Collects what is known, over sub-items. Rows that come by institution and medium are quick to add. */
export function createKnownSlots(): {
  add(row: InstitutionInterval, slot: Slot): void;
  series(): Iterable<KnownSeries>;
} {
  const byKey = new Map<string, KnownSeries>();
  let last: KnownSeries | undefined;
  return {
    add: (row, { side, at }) => {
      const { institution, medium, micro, startMs, endMs } = row;
      if (micro === null) return;
      if (last === undefined || last.institution !== institution || last.medium !== medium) {
        const key = `${institution} ${medium}`;
        last = byKey.get(key);
        if (last === undefined) byKey.set(key, (last = { institution, medium, now: [], before: [] }));
      }
      const lengthMs = endMs - startMs;
      const knownMs = (row.meterMs ?? lengthMs) * (1 - row.quality.missing);
      const sum = last[side][at];
      if (sum === undefined) last[side][at] = { micro, knownMs, lengthMs };
      else {
        sum.micro += micro;
        sum.knownMs += knownMs;
      }
    },
    series: () => byKey.values(),
  };
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
