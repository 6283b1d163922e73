import { describe, expect, test } from 'vitest';

import type { DayUse } from '../../../services/comparison/day-uses.ts';
import { leftOutRanges } from '../../../services/comparison/left-out-ranges.ts';
import { pairDays } from '../../../services/comparison/pair-days.ts';

/** `a:5 b:?` is root a with 5 and root b unknown; `a+c:5` is root a of the meters a and c. */
function days(month: string, ...texts: string[]): DayUse[] {
  return texts.map((text, index) => ({
    date: `${month}-${String(index + 1).padStart(2, '0')}`,
    roots: text
      .split(' ')
      .filter((part) => part !== '')
      .map((part) => {
        const [names = '', use = ''] = part.split(':');
        return {
          root: names.split('+')[0]!,
          meters: names.replaceAll('+', ' '),
          micro: use === '?' ? null : Number(use),
        };
      }),
    measuredMs: 0,
    estimatedMs: 0,
    manualMs: 0,
    missingMs: 0,
  }));
}
const monthBefore = (date: string): string => date.replace('2026-03', '2026-02');

interface Row {
  name: string;
  current: string[];
  baseline: string[];
  want: [current: number, baseline: number, days: number];
  leftOut: string[];
}
const ROWS: Row[] = [
  { name: 'all known', current: ['a:5', 'a:6'], baseline: ['a:3', 'a:4'], want: [11, 7, 2], leftOut: [] },
  {
    name: 'a day missing now is left out then too',
    current: ['a:5', 'a:?'],
    baseline: ['a:3', 'a:400'],
    want: [5, 3, 1],
    leftOut: ['03-02/02-02 all missing-in-current'],
  },
  {
    name: 'a day missing then is left out now too',
    current: ['a:5', 'a:600'],
    baseline: ['a:3', 'a:?'],
    want: [5, 3, 1],
    leftOut: ['03-02/02-02 all missing-in-baseline'],
  },
  {
    name: 'nothing known',
    current: ['a:?'],
    baseline: ['a:?'],
    want: [0, 0, 0],
    leftOut: ['03-01/02-01 all missing-in-both'],
  },
  {
    name: 'the longer month: its last day has no counterpart',
    current: ['a:5', 'a:6', 'a:7'],
    baseline: ['a:3', 'a:4'],
    want: [11, 7, 2],
    leftOut: ['03-03/- all no-counterpart'],
  },
  {
    name: 'the shorter month: the last day before has none',
    current: ['a:5'],
    baseline: ['a:3', 'a:4'],
    want: [5, 3, 1],
    leftOut: ['-/02-02 all no-counterpart'],
  },
  {
    name: 'a dead meter is left out of both, the others are compared',
    current: ['a:5 b:?', 'a:6 b:1'],
    baseline: ['a:3 b:100', 'a:4 b:2'],
    want: [12, 9, 2],
    leftOut: ['03-01/02-01 b missing-in-current'],
  },
  {
    name: 'other meters, all known: the whole is compared',
    current: ['c:9'],
    baseline: ['a:3 b:4'],
    want: [9, 7, 1],
    leftOut: [],
  },
  {
    name: 'other meters, one unknown: what is left are not the same meters',
    current: ['a+c:9 b:?'],
    baseline: ['a:3 b:4'],
    want: [0, 0, 0],
    leftOut: ['03-01/02-01 all missing-in-current'],
  },
  {
    name: 'a day without any meter is missing',
    current: ['a:5'],
    baseline: [''],
    want: [0, 0, 0],
    leftOut: ['03-01/02-01 all missing-in-baseline'],
  },
];

describe('day with day', () => {
  test.each(ROWS)('$name', ({ current, baseline, want, leftOut }) => {
    const paired = pairDays(days('2026-03', ...current), days('2026-02', ...baseline), monthBefore);
    expect([paired.currentMicro, paired.baselineMicro, paired.currentDates.length]).toEqual(want);
    expect(paired.baselineDates).toEqual(paired.currentDates.map(monthBefore));
    const told = paired.leftOut.map(
      ({ date, counterpart, root, reason }) =>
        `${date?.slice(5) ?? '-'}/${counterpart?.slice(5) ?? '-'} ${root ?? 'all'} ${reason}`,
    );
    expect(told).toEqual(leftOut);
  });
});

test('successive days of one meter and reason are told as one stretch', () => {
  const current = days('2026-03', 'a:? b:1', 'a:? b:?', 'a:1 b:?', 'a:? b:1', 'a:1 b:1');
  const baseline = days('2026-02', 'a:1 b:1', 'a:1 b:1', 'a:1 b:1', 'a:1 b:1');
  const { leftOut } = pairDays(current, baseline, monthBefore);
  const told = leftOutRanges(leftOut).map(
    ({ firstDate, lastDate, baselineFirstDate, days: count, meterId, reason }) =>
      `${firstDate?.slice(8)}-${lastDate?.slice(8)} ${baselineFirstDate?.slice(5) ?? 'none'} ${count} ${meterId ?? 'all'} ${reason}`,
  );
  expect(told).toEqual([
    '01-01 02-01 1 a missing-in-current',
    '02-02 02-02 1 all missing-in-current',
    '03-03 02-03 1 b missing-in-current',
    '04-04 02-04 1 a missing-in-current',
    '05-05 none 1 all no-counterpart',
  ]);
  const silent = days('2026-03', 'a:?', 'a:?', 'a:?');
  const ranges = leftOutRanges(pairDays(silent, days('2026-02', 'a:1', 'a:1', 'a:1'), monthBefore).leftOut);
  expect(ranges).toMatchObject([
    { firstDate: '2026-03-01', lastDate: '2026-03-03', baselineFirstDate: '2026-02-01', days: 3 },
  ]);
});
