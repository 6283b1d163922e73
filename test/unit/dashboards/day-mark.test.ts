import { expect, test } from 'vitest';

import { markOf } from '../../../dashboards/pages/calendar/day-mark.ts';

test.each([
  { date: '2026-05-15', kind: 'work', reason: 'weekday', want: 'work' },
  { date: '2026-05-16', kind: 'rest', reason: 'weekday', want: 'rest' },
  { date: '2026-10-01', kind: 'rest', reason: 'published', want: 'holiday' },
  { date: '2026-10-03', kind: 'rest', reason: 'published', want: 'holiday' },
  { date: '2026-10-10', kind: 'work', reason: 'published', want: 'make-up' },
  { date: '2026-05-16', kind: 'work', reason: 'city', want: 'make-up' },
  { date: '2026-05-15', kind: 'rest', reason: 'own', want: 'holiday' },
  { date: '2026-07-20', kind: 'rest', reason: 'term-break', want: 'term-break' },
  { date: '2026-05-17', kind: 'work', reason: 'always-open', want: 'work' },
] as const)('$date $kind $reason => $want', ({ want, ...day }) =>
  expect(markOf({ ...day, name: '', season: 'none' })).toBe(want),
);
