import { describe, expect, test } from 'vitest';

import { createZone } from '../../../domain/zone.ts';
import { dayTemperatures } from '../../../services/weather/day-temperatures.ts';

const HOUR_MS = 3_600_000;
const zone = createZone('Asia/Shanghai');
const DAY = zone.at(2026, 1, 10);
const LATER = zone.at(2026, 2, 1);

/** Hourly means of a point from an hour of 10 January on. */
function hours(meter: string, from: number, count: number, meanOf: (hour: number) => number) {
  return Array.from({ length: count }, (_, index) => {
    const mean = meanOf(from + index);
    return { meter, startMs: DAY + (from + index) * HOUR_MS, mean, min: mean, max: mean, count: 4 };
  });
}

describe('the mean of a local day', () => {
  test.each<[string, ReturnType<typeof hours>, number | undefined]>([
    ['of all its hours', hours('p', 0, 24, (hour) => hour - 11.5), 0],
    ['of 18 hours', hours('p', 6, 18, () => -3), -3],
    ['17 hours are too few', hours('p', 7, 17, () => -3), undefined],
    ['a broken wire is no hour', [...hours('p', 0, 17, () => 1), ...hours('p', 17, 7, () => -127)], undefined],
    ['of two points their middle', [...hours('p', 0, 24, () => 1), ...hours('q', 0, 24, () => 2)], 1.5],
    [
      'of three points the one between, whatever the one in the sun says',
      [...hours('p', 0, 24, () => 1), ...hours('q', 0, 24, () => 2), ...hours('r', 0, 24, () => 39)],
      2,
    ],
    ['a point with too few hours does not speak', [...hours('p', 0, 24, () => 1), ...hours('q', 0, 5, () => 9)], 1],
  ])('%s', (_name, rows, want) => {
    expect(dayTemperatures(rows, zone, LATER).get('2026-01-10')).toBe(want);
  });

  test('hours belong to the local day', () => {
    const means = dayTemperatures(
      hours('p', -24, 72, (hour) => Math.floor(hour / 24)),
      zone,
      LATER,
    );
    expect([...means]).toEqual([
      ['2026-01-09', -1],
      ['2026-01-10', 0],
      ['2026-01-11', 1],
    ]);
  });

  test('a day that is not over has none yet', () => {
    const nowMs = DAY + 20 * HOUR_MS;
    expect([
      ...dayTemperatures(
        hours('p', -24, 44, () => 5),
        zone,
        nowMs,
      ).keys(),
    ]).toEqual(['2026-01-09']);
  });
});
