import type { LeftOutDays } from '../api/schemas/comparison.ts';
import { dayNumber } from './civil-day.ts';
import type { LeftOutDay } from './pair-days.ts';

/** Days left out, successive ones of the same meter and reason together. */
export function leftOutRanges(days: readonly LeftOutDay[]): LeftOutDays[] {
  const ranges: LeftOutDays[] = [];
  const open = new Map<string, LeftOutDays>();
  for (const { date, counterpart, root, reason } of days) {
    const key = `${root ?? ''} ${reason}`;
    const range = open.get(key);
    if (range !== undefined && follows(range.lastDate, date) && follows(range.baselineLastDate, counterpart)) {
      range.lastDate = date;
      range.baselineLastDate = counterpart;
      range.days += 1;
      continue;
    }
    const begun: LeftOutDays = {
      firstDate: date,
      lastDate: date,
      baselineFirstDate: counterpart,
      baselineLastDate: counterpart,
      days: 1,
      meterId: root,
      reason,
    };
    open.set(key, begun);
    ranges.push(begun);
  }
  return ranges;
}

function follows(last: string | null, date: string | null): boolean {
  if (last === null || date === null) return last === date;
  return dayNumber(date) === dayNumber(last) + 1;
}
