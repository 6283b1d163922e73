import { expect, test } from 'vitest';

import { runsOf } from '../../../dashboards/charts/quality-bars.ts';
import { hoursAround } from '../../../dashboards/pages/meter/hours-around.ts';

test.each([
  ['', []],
  ['x', [[0, 0]]],
  [
    '..xx.x',
    [
      [2, 3],
      [5, 5],
    ],
  ],
  ['xxx', [[0, 2]]],
] as const)('gaps of "%s"', (text, want) => expect(runsOf(text.split(''), (one) => one === 'x')).toEqual(want));

test.each([
  ['a quarter of an hour', '2026-05-15T09:15:00+08:00', '2026-05-15T09:30:00+08:00', '09:00', '10:00'],
  ['an hour', '2026-05-15T09:00:00+08:00', '2026-05-15T10:00:00+08:00', '09:00', '10:00'],
])('the whole hours around %s', (_name, start, end, from, to) =>
  expect(hoursAround(start, end)).toEqual({
    from: `2026-05-15T${from}:00+08:00`,
    to: `2026-05-15T${to}:00+08:00`,
  }),
);
