import { expect, test } from 'vitest';

import { quotaProgress } from '../../../services/quotas/quota-progress.ts';
import type { UsageReader } from '../../../services/usage/usage-reader.ts';
import { openRuleWorld, SHANGHAI, shanghai } from '../../support/rule-world.ts';

test('use against each quota of the year, by month, what is to come left open', async () => {
  const world = await openRuleWorld();
  world.clock.nowMs = shanghai('2026-03-20');
  for (const id of ['a', 'b', 'c']) await world.addInstitution(id);
  await world.addQuota('a', 'electricity', 2026, Array<number>(12).fill(100));
  await world.addQuota('a', 'water', 2026, Array<number>(12).fill(1));
  await world.addQuota('b', 'electricity', 2026, Array<number>(12).fill(10));
  await world.addQuota('b', 'electricity', 2025, Array<number>(12).fill(10));
  await world.addQuota('c', 'electricity', 2026, Array<number>(12).fill(10));
  world.setUsage('a', 'electricity', 'A1', shanghai('2026-01-10T10:00'), 0.1);
  world.setUsage('a', 'electricity', 'D1', shanghai('2026-01-11T10:00'), 0.2);
  world.setUsage('a', 'electricity', 'A1', shanghai('2026-03-11T10:00'), 119.7);
  world.setUsage('a', 'electricity', 'A1', shanghai('2025-12-11T10:00'), 55);
  world.setUsage('b', 'electricity', 'A1', shanghai('2026-02-11T10:00'), null);

  const usage = world.usage as UsageReader;
  const progress = await quotaProgress(
    { ...world, usage, zone: SHANGHAI, now: () => world.clock.nowMs },
    ['a', 'b'],
    2026,
  );
  expect(progress.map(({ institutionId, medium, used, ratio }) => [institutionId, medium, used, ratio])).toEqual([
    ['a', 'electricity', 120, 0.1],
    ['a', 'water', null, null],
    ['b', 'electricity', null, null],
  ]);
  expect(progress.map(({ monthsMissing }) => monthsMissing)).toEqual([1, 2, 2]);
  expect(progress[0]).toMatchObject({ institutionName: '名 a', unit: 'kWh', annualLimit: 1200, year: 2026 });
  expect(progress[0]!.months.slice(0, 4)).toEqual([
    { month: 1, limit: 100, used: 0.3 },
    { month: 2, limit: 100, used: null },
    { month: 3, limit: 100, used: 119.7 },
    { month: 4, limit: 100, used: null },
  ]);
  expect(progress[2]!.months.every(({ used }) => used === null)).toBe(true);
});

test('of a year to come nothing is known; no institution, no rows', async () => {
  const world = await openRuleWorld();
  world.clock.nowMs = shanghai('2026-03-20');
  await world.addInstitution('a');
  await world.addQuota('a', 'electricity', 2027, Array<number>(12).fill(100));
  const deps = { ...world, usage: world.usage as UsageReader, zone: SHANGHAI, now: () => world.clock.nowMs };
  expect(await quotaProgress(deps, ['a'], 2027)).toMatchObject([{ used: null, ratio: null, monthsMissing: 0 }]);
  expect(await quotaProgress(deps, ['a'], 2026)).toEqual([]);
  expect(await quotaProgress(deps, [], 2027)).toEqual([]);
});

test('monthly sums that have been read already are not read again', async () => {
  const world = await openRuleWorld();
  world.clock.nowMs = shanghai('2026-03-20');
  await world.addInstitution('a');
  await world.addQuota('a', 'electricity', 2026, Array<number>(12).fill(100));
  world.setUsage('a', 'electricity', 'A1', shanghai('2026-01-10T10:00'), 30);
  const usage = world.usage as UsageReader;
  const deps = { ...world, usage, zone: SHANGHAI, now: () => world.clock.nowMs };
  const months = new Map([['a electricity', [30_000_000n, ...Array<null>(11).fill(null)]]]);
  const unread = { institutionUsage: () => Promise.reject(new Error('read again')) } as unknown as UsageReader;
  expect(await quotaProgress({ ...deps, usage: unread }, ['a'], 2026, months)).toEqual(
    await quotaProgress(deps, ['a'], 2026),
  );
});
