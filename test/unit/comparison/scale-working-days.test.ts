import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { dateOfDay, dayNumber } from '../../../services/comparison/civil-day.ts';
import { scaleWorkingDays } from '../../../services/comparison/scale-working-days.ts';

/** `w5` is a working day on which 5 were used, `o2` another day; as dates whose first letter is kept. */
const days = (text: string) =>
  text
    .split(' ')
    .filter((part) => part !== '')
    .map((part, index) => ({ date: `${part[0]}${index}`, micro: Number(part.slice(1)) }));
const isWorkday = (date: string): boolean => date.startsWith('w');

describe('the baseline with the working days of the current period', () => {
  test.each<[string, string, string, number | null]>([
    ['the same days', 'w9 w9 o3', 'w10 w10 o4', 24],
    ['one working day more', 'w9 w9 w9', 'w10 w10 o4', 30],
    ['one working day less', 'w9 o9 o9', 'w10 w12 o4', 11 + 8],
    ['other days unknown in the baseline, none now', 'w9', 'w10', 10],
    ['other days now, none known in the baseline', 'w9 o3', 'w10', null],
    ['nothing known in the baseline', 'w9', '', null],
  ])('%s', (_name, current, baseline, want) => {
    expect(scaleWorkingDays(days(current), days(baseline), isWorkday).adjustedMicro).toBe(want);
  });

  test('says the days and their means', () => {
    expect(scaleWorkingDays(days('w9 w8 o3'), days('w10 w20 o4 o6 o8'), isWorkday)).toEqual({
      adjustedMicro: 36,
      currentWorking: 2,
      currentOther: 1,
      baselineWorking: 2,
      baselineOther: 3,
      workingMeanMicro: 15,
      otherMeanMicro: 6,
    });
  });
});

test('use that depends on the kind of day alone is neither a rise nor a fall, whatever days there are', () => {
  const isMondayToFriday = (date: string): boolean => {
    const weekday = new Date(`${date}T00:00Z`).getUTCDay();
    return weekday >= 1 && weekday <= 5;
  };
  const first = dayNumber('2026-01-01');
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1 }),
      fc.integer({ min: 0, max: 1e6 }),
      fc.integer({ min: 0, max: 1e6 }),
      (offsets, working, other) => {
        const use = (day: number) => {
          const date = dateOfDay(day);
          return { date, micro: isMondayToFriday(date) ? working : other };
        };
        const current = offsets.map((offset) => use(first + offset));
        const baseline = Array.from({ length: 28 }, (_, index) => use(first - 28 + index));
        const { adjustedMicro } = scaleWorkingDays(current, baseline, isMondayToFriday);
        const used = current.reduce((sum, { micro }) => sum + micro, 0);
        expect(Math.abs(adjustedMicro! - used)).toBeLessThan(1e-6 * (used + 1));
      },
    ),
  );
});
