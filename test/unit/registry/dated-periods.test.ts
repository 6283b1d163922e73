import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { dropPeriod, periodOn, putPeriod, type Period } from '../../../services/registry/dated-periods.ts';

const text = (periods: readonly Period<number>[]): string =>
  periods.map(({ from, to, value }) => `${from.slice(2, 4)}-${to?.slice(2, 4) ?? ''}:${value}`).join(' ');
const year = (yy: number): string => `20${String(yy).padStart(2, '0')}-01-01`;
const period = (from: number, to: number | null, value: number): Period<number> => ({
  from: year(from),
  to: to === null ? null : year(to),
  value,
});

describe('put', () => {
  test.each([
    ['into nothing', [], 10, '10-:9'],
    ['behind: the last is closed', [period(0, null, 1)], 10, '00-10:1 10-:9'],
    ['between: the next stays', [period(0, 20, 1), period(20, null, 2)], 10, '00-10:1 10-20:9 20-:2'],
    ['before all: up to the first', [period(20, null, 2)], 10, '10-20:9 20-:2'],
    ['on a day on which one begins: corrected', [period(0, 20, 1), period(20, null, 2)], 20, '00-20:1 20-:9'],
    ['into a gap: up to the next', [period(0, 5, 1), period(20, null, 2)], 10, '00-05:1 10-20:9 20-:2'],
    ['behind an end', [period(0, 5, 1)], 10, '00-05:1 10-:9'],
    ['into one with an end: up to there', [period(0, 15, 1)], 10, '00-10:1 10-15:9'],
  ])('%s', (_name, periods, at, want) => {
    expect(text(putPeriod(periods, year(at), 9))).toBe(want);
  });
});

describe('drop', () => {
  test.each([
    ['the last: the one before goes on', [period(0, 10, 1), period(10, null, 2)], 10, '00-:1'],
    ['one between: up to the next', [period(0, 10, 1), period(10, 20, 2), period(20, null, 3)], 10, '00-20:1 20-:3'],
    ['the first: the others stay', [period(0, 10, 1), period(10, null, 2)], 0, '10-:2'],
    ['one behind a gap: nothing goes on', [period(0, 5, 1), period(10, null, 2)], 10, '00-05:1'],
    ['one that is not there', [period(0, null, 1)], 10, '00-:1'],
  ])('%s', (_name, periods, at, want) => {
    expect(text(dropPeriod(periods, year(at)))).toBe(want);
  });
});

test('whatever is put and dropped, periods follow each other without overlap, and the last one put on a day holds', () => {
  const edit = fc.record({ at: fc.integer({ min: 0, max: 30 }), value: fc.option(fc.integer({ min: 1, max: 99 })) });
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 30 }), (edits) => {
      let periods: Period<number>[] = [period(0, null, 0)];
      const model = new Map<string, number>([[year(0), 0]]);
      for (const { at, value } of edits) {
        const from = year(at);
        if (value === null && model.size === 1) continue;
        if (value === null) {
          periods = dropPeriod(periods, from);
          model.delete(from);
        } else {
          periods = putPeriod(periods, from, value);
          model.set(from, value);
        }
        for (const [index, one] of periods.entries()) {
          expect(one.to === null || one.from < one.to).toBe(true);
          expect(one.to).toBe(periods[index + 1]?.from ?? null);
        }
        for (let day = 0; day <= 30; day++) {
          const last = [...model]
            .filter(([begin]) => begin <= year(day))
            .toSorted(([a], [b]) => (a < b ? -1 : 1))
            .at(-1);
          expect(periodOn(periods, year(day))?.value).toBe(last?.[1]);
        }
      }
    }),
  );
});
