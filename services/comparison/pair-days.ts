import { type DayUse, type RootUse, wholeUse } from './day-uses.ts';

/** Why a day does not count. */
export type WhyLeftOut =
  | 'missing-in-current'
  | 'missing-in-baseline'
  | 'missing-in-both'
  | 'no-counterpart'
  | 'no-temperature';

/** A day, or one root meter's day, that does not count; null: only the other period has it. */
export interface LeftOutDay {
  date: string | null;
  counterpart: string | null;
  root: string | null;
  reason: WhyLeftOut;
}

/** The days that both periods know, summed, in millionths. */
export interface PairedDays {
  currentMicro: number;
  baselineMicro: number;
  /** Dates that count, at least for some of the meters. */
  currentDates: string[];
  baselineDates: string[];
  leftOut: LeftOutDay[];
}

/**
 * Pairs each day with its counterpart. Where both are known as a whole they count, whatever meters they are made of.
 * Else root meter by root meter: one that is known on both days, and made of the same meters, counts on both; any other
 * counts on neither.
 */
export function pairDays(
  current: readonly DayUse[],
  baseline: readonly DayUse[],
  counterpartOf: (date: string) => string | undefined,
): PairedDays {
  const baselineDays = new Map(baseline.map((day) => [day.date, day]));
  const unmatched = new Set(baselineDays.keys());
  const paired: PairedDays = { currentMicro: 0, baselineMicro: 0, currentDates: [], baselineDates: [], leftOut: [] };

  for (const day of current) {
    const counterpart = baselineDays.get(counterpartOf(day.date) ?? '');
    if (counterpart === undefined) {
      paired.leftOut.push({ date: day.date, counterpart: null, root: null, reason: 'no-counterpart' });
      continue;
    }
    unmatched.delete(counterpart.date);
    pairDay(day, counterpart, paired);
  }
  for (const date of unmatched) {
    paired.leftOut.push({ date: null, counterpart: date, root: null, reason: 'no-counterpart' });
  }
  return paired;
}

function pairDay(day: DayUse, counterpart: DayUse, paired: PairedDays): void {
  const whole = wholeUse(day);
  const wholeBefore = wholeUse(counterpart);
  const count = (micro: number, before: number): void => {
    paired.currentMicro += micro;
    paired.baselineMicro += before;
  };
  const leaveOut = (root: string | null, isKnown: boolean, wasKnown: boolean): void => {
    const reason = isKnown ? 'missing-in-baseline' : wasKnown ? 'missing-in-current' : 'missing-in-both';
    paired.leftOut.push({ date: day.date, counterpart: counterpart.date, root, reason });
  };

  if (whole !== null && wholeBefore !== null) {
    count(whole, wholeBefore);
    paired.currentDates.push(day.date);
    paired.baselineDates.push(counterpart.date);
    return;
  }
  const before = new Map(counterpart.roots.map((use) => [use.root, use]));
  const same = day.roots.flatMap((use) => {
    const earlier = before.get(use.root);
    return earlier !== undefined && isAlike(use, earlier) ? [{ use, earlier }] : [];
  });
  if (same.length === 0) {
    leaveOut(null, whole !== null, wholeBefore !== null);
    return;
  }
  for (const { use, earlier } of same) count(use.micro ?? 0, earlier.micro ?? 0);
  paired.currentDates.push(day.date);
  paired.baselineDates.push(counterpart.date);
  const kept = new Set(same.map(({ use }) => use.root));
  const roots = new Set([...day.roots, ...counterpart.roots].map(({ root }) => root).filter((root) => !kept.has(root)));
  const now = new Map(day.roots.map((use) => [use.root, use]));
  for (const root of roots) leaveOut(root, hasUse(now.get(root)), hasUse(before.get(root)));
}

function isAlike(use: RootUse, earlier: RootUse): boolean {
  return use.micro !== null && earlier.micro !== null && use.meters === earlier.meters;
}

function hasUse(use: RootUse | undefined): boolean {
  return use !== undefined && use.micro !== null;
}
