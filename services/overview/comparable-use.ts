import { USAGE_MEDIA, type UsageMedium } from '../../domain/quantity.ts';
import type { KnownUsage } from '../../storage/series/port.ts';

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
  lengthMs: number;
}

/** What is known of an institution and medium by slot; what is not known has none. */
interface KnownSeries {
  institution: string;
  medium: UsageMedium;
  now: (KnownUse | undefined)[];
  before: (KnownUse | undefined)[];
}

/** Collects what is known of institutions, named as in the question of which the rows are the answer, in slots from 0. */
export function createKnownSlots(
  institutions: readonly string[],
  slotCount: number,
): {
  /** `slotOf` is asked once for each start. */
  add(known: KnownUsage, slotOf: (startMs: number) => Slot): void;
  series(): KnownSeries[];
} {
  const series: (KnownSeries | undefined)[] = [];
  // Whole from the start: rows come in no order, and an array that is filled from behind is a slow one.
  const empty = (): (KnownUse | undefined)[] => Array<KnownUse | undefined>(slotCount).fill(undefined);
  return {
    add: ({ institutions: places, media, starts, micro, knownMs }, slotOf) => {
      const slots = new Map<number, Slot>();
      for (let row = 0; row < starts.length; row++) {
        const startMs = starts[row]!;
        let slot = slots.get(startMs);
        if (slot === undefined) slots.set(startMs, (slot = slotOf(startMs)));
        const [place, medium] = [places[row]!, media[row]!];
        const { now, before } = (series[place * USAGE_MEDIA.length + medium] ??= {
          institution: institutions[place]!,
          medium: USAGE_MEDIA[medium]!,
          now: empty(),
          before: empty(),
        });
        const side = slot.side === 'now' ? now : before;
        side[slot.at] = { micro: micro[row]!, knownMs: knownMs[row]!, lengthMs: slot.lengthMs };
      }
    },
    series: () => series.filter((one) => one !== undefined),
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
