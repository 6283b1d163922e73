import { expect, test } from 'vitest';

import { currentFirst, standingOf } from '../../../dashboards/api-client/alert-standing.ts';
import type { Alert } from '../../../services/api/schemas/alert.ts';

const AT = '2026-05-01T10:00:00+08:00';
const TODAY = '2026-05-15';

test.each([
  ['off-hours', 'standby', null, 'current'],
  ['off-hours', 'standby', AT, 'cleared'],
  ['quota', 'electricity/2026', null, 'current'],
  ['quota', 'electricity/2026-05', null, 'current'],
  ['quota', 'electricity/2026-04', null, 'past'],
  ['quota', 'electricity/2025-12', null, 'past'],
  ['quota', 'electricity/2025', null, 'past'],
  ['quota', 'electricity/2025', AT, 'cleared'],
  // An id may hold what looks like a year.
  ['thermostat', 'room/2025', null, 'current'],
] as const)('%s %s cleared at %s: %s', (rule, subject, clearedAt, want) =>
  expect(standingOf({ rule, subject, clearedAt }, TODAY)).toBe(want),
);

test('what holds comes before what is over, each in its order', () => {
  const alert = (id: string, subject: string, clearedAt: string | null): Alert =>
    ({ id, rule: 'quota', subject, clearedAt }) as Alert;
  const alerts = [
    alert('a', 'water/2026-05', AT),
    alert('b', 'water/2026-05', null),
    alert('c', 'water/2026-04', null),
    alert('d', 'water/2026', null),
  ];
  expect(currentFirst(alerts, TODAY).map(({ id }) => id)).toEqual(['b', 'd', 'a', 'c']);
});
