/** A part of a meter that counts for the institution under a sub-item ('' where none), on dates [validFrom, validTo). */
interface CountedShare {
  subItem: string;
  share: number;
  validFrom: string;
  validTo: string | null;
}

/** A meter that an institution's use depends on: one that counts for it, or one below such a meter. */
export interface CountedMeter {
  id: string;
  parentId: string | null;
  /** Dates [existsFrom, existsTo) on which it is known to have been there; null: not bounded. */
  existsFrom: string | null;
  existsTo: string | null;
  /** Those of the institution alone; none where it counts for somebody else. */
  shares: CountedShare[];
}

/** The meters that count on a day below one root: with any of them unknown, what is below it is. */
export interface RootTerms {
  /** The topmost meter above them that counts for the institution. */
  root: string;
  /** Their ids in order, as text. */
  meters: string;
  /** How often each one's use counts. */
  terms: { meter: string; factor: number }[];
}

/** The meters that count on a date (`YYYY-MM-DD`), by root. */
export type MeterTerms = (date: string) => readonly RootTerms[];

/** Shares written as decimal fractions may miss each other by so much. */
const SLACK = 1e-9;

/**
 * The use of an institution (or of some of its sub-items) as a sum of meters, by date: each meter counts by its own
 * share less that of the meter above it, so that a sub-meter within the same selection counts nothing, and one of
 * somebody else is taken off. The sum equals the sums of services/usage wherever all of these meters are known.
 */
export function createMeterTerms(
  meters: readonly CountedMeter[],
  isSelected: (subItem: string) => boolean,
): MeterTerms {
  const byId = new Map(meters.map((meter) => [meter.id, meter]));
  const changes = [...new Set(meters.flatMap(datesOfChange))].sort();
  const known = new Map<number, readonly RootTerms[]>();

  function shareOn(meter: CountedMeter | undefined, date: string): number {
    if (meter === undefined || !isWithin(date, meter.existsFrom, meter.existsTo)) return 0;
    return meter.shares.reduce(
      (sum, { subItem, share, validFrom, validTo }) =>
        isSelected(subItem) && isWithin(date, validFrom, validTo) ? sum + share : sum,
      0,
    );
  }

  function rootOf(meter: CountedMeter): string {
    const seen = new Set<string>();
    let top = meter;
    for (;;) {
      const above = byId.get(top.parentId ?? '');
      if (above === undefined || seen.has(above.id)) return top.id;
      seen.add(above.id);
      top = above;
    }
  }

  function termsOf(date: string): RootTerms[] {
    const roots = new Map<string, RootTerms>();
    for (const meter of meters) {
      if (!isWithin(date, meter.existsFrom, meter.existsTo)) continue;
      const factor = shareOn(meter, date) - shareOn(byId.get(meter.parentId ?? ''), date);
      if (Math.abs(factor) < SLACK) continue;
      const root = rootOf(meter);
      const below = roots.get(root) ?? { root, meters: '', terms: [] };
      roots.set(root, below);
      below.terms.push({ meter: meter.id, factor });
    }
    return [...roots.values()].map((below) => ({ ...below, meters: metersOf(below).join(' ') }));
  }

  return (date) => {
    const stretch = changes.findLastIndex((change) => change <= date);
    let terms = known.get(stretch);
    if (terms === undefined) known.set(stretch, (terms = termsOf(date)));
    return terms;
  };
}

function isWithin(date: string, from: string | null, to: string | null): boolean {
  return (from === null || from <= date) && (to === null || date < to);
}

function datesOfChange({ existsFrom, existsTo, shares }: CountedMeter): string[] {
  const bounds = [existsFrom, existsTo, ...shares.flatMap(({ validFrom, validTo }) => [validFrom, validTo])];
  return bounds.filter((date) => date !== null);
}

function metersOf({ terms }: RootTerms): string[] {
  return terms.map(({ meter }) => meter).sort();
}
