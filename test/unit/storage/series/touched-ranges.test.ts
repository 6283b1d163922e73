import { expect, test } from 'vitest';

import type { Metric } from '../../../../domain/quantity.ts';
import { touchedRanges } from '../../../../storage/series/touched-ranges.ts';

const DAY = 86_400_000;

const series = (meter: string, metric: Metric, times: readonly number[]) => ({
  meter,
  metric,
  rows: times.map((observedAtMs) => ({
    meter,
    metric,
    observedAtMs,
    value: 1,
    receivedAtMs: 0,
    flags: 0,
    position: 0,
  })),
});

const cases = [
  { name: 'nothing', given: [], want: [] },
  { name: 'one row', given: [series('a', 'total', [5])], want: [['a', 5, 5]] },
  { name: 'a day apart is one range', given: [series('a', 'total', [5, 5 + DAY])], want: [['a', 5, 5 + DAY]] },
  {
    name: 'more than a day apart is two',
    given: [series('a', 'total', [5, 6 + DAY])],
    want: [
      ['a', 5, 5],
      ['a', 6 + DAY, 6 + DAY],
    ],
  },
  {
    name: 'metrics of a meter are joined',
    given: [series('a', 'total', [5, 10 * DAY]), series('a', 'rate', [7, 11 * DAY])],
    want: [
      ['a', 5, 7],
      ['a', 10 * DAY, 11 * DAY],
    ],
  },
  {
    name: 'a range within another adds nothing',
    given: [series('a', 'total', [0, DAY, 2 * DAY]), series('a', 't1', [5])],
    want: [['a', 0, 2 * DAY]],
  },
  {
    name: 'rows that go back in time',
    given: [series('a', 'total', [9 * DAY, 5])],
    want: [
      ['a', 5, 5],
      ['a', 9 * DAY, 9 * DAY],
    ],
  },
  {
    name: 'meters are apart',
    given: [series('a', 'total', [5]), series('b', 'total', [6])],
    want: [
      ['a', 5, 5],
      ['b', 6, 6],
    ],
  },
];
for (const { name, given, want } of cases)
  test(`touched ranges: ${name}`, () => {
    expect(touchedRanges(given).map(({ meter, fromMs, toMs }) => [meter, fromMs, toMs])).toEqual(want);
  });
