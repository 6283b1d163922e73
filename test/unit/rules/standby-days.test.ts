import { expect, test } from 'vitest';

import { createWorkCalendar, DEFAULT_WORK_CALENDAR } from '../../../domain/work-calendar.ts';
import { standbyDays } from '../../../services/rules/standby-days.ts';
import type { UsageReader } from '../../../services/usage/usage-reader.ts';
import { openRuleWorld, SHANGHAI, shanghai, type RuleWorld } from '../../support/rule-world.ts';

const HOUR = 3_600_000;
const calendar = createWorkCalendar(SHANGHAI);

async function office(): Promise<RuleWorld> {
  const world = await openRuleWorld();
  await world.addInstitution('office');
  for (let hour = shanghai('2026-03-02'); hour < shanghai('2026-03-12'); hour += HOUR) {
    world.setUsage('office', 'electricity', 'A1', hour, calendar.isWorkingHour(hour) ? 50 : 10);
    world.setUsage('office', 'electricity', 'D1', hour, 30);
  }
  world.clock.nowMs = shanghai('2026-03-12T09:30');
  return world;
}

function days(world: RuleWorld, from: string, to: string, id = 'office') {
  const deps = { ...world, usage: world.usage as UsageReader, zone: SHANGHAI, now: () => world.clock.nowMs };
  return standbyDays(deps, id, shanghai(from), shanghai(to));
}

test('days inside and outside working hours, server room left out, against the limit of the rule', async () => {
  const world = await office();
  expect(await days(world, '2026-03-06', '2026-03-08')).toEqual([
    {
      date: '2026-03-06',
      workday: true,
      workingHours: DEFAULT_WORK_CALENDAR.windows,
      workingKwh: 600,
      offHoursKwh: 120,
      missingHours: 0,
      offHoursMeanKw: 10,
      limitKw: 30,
    },
    {
      date: '2026-03-07',
      workday: false,
      workingHours: [],
      workingKwh: null,
      offHoursKwh: 240,
      missingHours: 0,
      offHoursMeanKw: 10,
      limitKw: 30,
    },
  ]);
});

test('hours with a missing part are left out, days without data are null, days to come are not there', async () => {
  const world = await office();
  world.setUsage('office', 'electricity', 'B1', shanghai('2026-03-11T10:00'), null);
  const rows = await days(world, '2026-03-11', '2026-03-15');
  expect(rows.map(({ date, workingKwh, offHoursKwh }) => [date, workingKwh, offHoursKwh])).toEqual([
    ['2026-03-11', 550, 120],
    ['2026-03-12', null, null],
  ]);
});

test('before enough working hours are known there is no limit', async () => {
  const world = await office();
  expect(await days(world, '2026-03-02', '2026-03-03')).toMatchObject([{ limitKw: null, workingKwh: 600 }]);
});

test('an institution that there is not', async () => {
  await expect(days(await office(), '2026-03-02', '2026-03-03', 'nobody')).rejects.toMatchObject({ code: 'not-found' });
});
