import { describe, expect, test } from 'vitest';

import type { RuleWorld } from '../../support/rule-world.ts';
import { openRuleWorld, SHANGHAI, shanghai } from '../../support/rule-world.ts';
import { coefficientsAt } from '../../../domain/coefficient.ts';
import { createWorkCalendar } from '../../../domain/work-calendar.ts';
import { createCoefficientSet, deleteCoefficientSet } from '../../../services/cost/coefficient-sets.ts';
import { pendingUsageChanges } from '../../../services/usage/usage-changes.ts';

const HOUR = 3_600_000;
const calendar = createWorkCalendar(SHANGHAI);

interface Value {
  hour: number;
  set(world: RuleWorld): void;
}

/** Three months of one institution that breaks all three rules, as values to be set in any order. */
function troubles(from: string, to: string): Value[] {
  const values: Value[] = [];
  for (let hour = shanghai(from); hour < shanghai(to); hour += HOUR) {
    const works = calendar.isWorkingHour(hour);
    const stands = hour >= shanghai('2026-05-20') && hour < shanghai('2026-06-25');
    const kw = works ? 50 : stands ? 40 : 12;
    const day = SHANGHAI.local(hour);
    const roomC = hour < shanghai('2026-06-20') && works ? 24 : 27;
    values.push({
      hour,
      set(world) {
        world.setUsage('office', 'electricity', 'A1', hour, kw / 2);
        world.setUsage('office', 'electricity', 'B1', hour, kw / 2);
        world.setUsage('office', 'electricity', 'D1', hour, 30);
        world.setUsage('office', 'water', '', hour, day.hour === 10 ? 2 : 0.1);
        world.setMean('room', 'temperature', hour, roomC);
      },
    });
  }
  return values;
}

async function office(): Promise<RuleWorld> {
  const world = await openRuleWorld();
  await world.addInstitution('office', { areaM2: 4000 });
  await world.addPoint('office', 'room');
  await world.addQuota('office', 'electricity', 2026, Array<number>(12).fill(43_000));
  await world.addQuota('office', 'water', 2026, Array<number>(12).fill(500));
  world.clock.nowMs = shanghai('2026-07-10T09:20');
  return world;
}

/** What must not depend on the order of arrival. */
async function outcome(world: RuleWorld): Promise<unknown[]> {
  return (await world.alerts()).map((alert) => ({ ...alert, updated_at: undefined }));
}

async function forget(world: RuleWorld): Promise<void> {
  for (const table of ['alert', 'alert_event', 'outbox', 'rule_state'] as const)
    await world.db.deleteFrom(table).execute();
}

describe('alerts are a function of the data', () => {
  test('all three rules fire; deleted and evaluated again they are the same', async () => {
    const world = await office();
    for (const value of troubles('2026-04-01', '2026-07-10')) value.set(world);
    const first = await world.run();
    expect(first).toMatchObject({ institutions: 1, withdrawn: 0, untilMs: shanghai('2026-07-10T09:00') });
    const alerts = await outcome(world);
    expect(new Set((await world.alerts()).map(({ rule }) => rule))).toEqual(
      new Set(['quota', 'off-hours', 'thermostat']),
    );
    expect(first.raised).toBe(alerts.length);

    expect(await world.run()).toMatchObject({ raised: 0, changed: 0, withdrawn: 0 });
    await forget(world);
    await world.run();
    expect(await outcome(world)).toEqual(alerts);
  });

  test('an hour at a time, as it happens, they are the same as all at once', async () => {
    const values = troubles('2026-05-15', '2026-06-04');
    const [atOnce, live] = [await office(), await office()];
    for (const value of values) value.set(atOnce);
    atOnce.clock.nowMs = live.clock.nowMs = shanghai('2026-06-04T00:10');
    await atOnce.run();
    for (const [index, value] of values.entries()) {
      value.set(live);
      if (index % 7 !== 0 && index !== values.length - 1) continue;
      live.clock.nowMs = value.hour + HOUR + 600_000;
      await live.run();
    }
    expect(await outcome(live)).toEqual(await outcome(atOnce));
  }, 30_000);

  test('data that came late, month after month backwards, give the same as data in order', async () => {
    const values = troubles('2026-03-10', '2026-07-10');
    const [inOrder, backwards] = [await office(), await office()];
    for (const value of values) value.set(inOrder);
    await inOrder.run();
    for (const month of ['2026-07', '2026-06', '2026-03', '2026-05', '2026-04']) {
      const own = values.filter(({ hour }) => SHANGHAI.date(hour).startsWith(month));
      for (const value of own) value.set(backwards);
      await backwards.run({ dirtyFromMs: new Map([['office', own[0]!.hour]]) });
    }
    expect(await outcome(backwards)).toEqual(await outcome(inOrder));
    const states = (world: RuleWorld) =>
      world.db.selectFrom('rule_state').selectAll().orderBy('rule').orderBy('month_start').execute();
    expect(await states(backwards)).toEqual(await states(inOrder));
  });

  test('a change of settings, area or quota is evaluated from the first hour on by itself', async () => {
    const world = await office();
    for (const value of troubles('2026-04-01', '2026-07-10')) value.set(world);
    await world.run();
    const before = await world.alerts();
    await world.db
      .updateTable('institution')
      .set({ rule_settings: '{"offHours":{"share":0.9},"quota":{"warningRatio":0.99}}' })
      .execute();
    await world.run();
    const after = await world.alerts();
    expect(before.filter(({ rule }) => rule === 'off-hours')).not.toEqual([]);
    expect(after.filter(({ rule }) => rule === 'off-hours')).toEqual([]);
    const unchanged = (rows: typeof before) => rows.filter(({ rule }) => rule === 'thermostat').map(({ id }) => id);
    expect(unchanged(after)).toEqual(unchanged(before));
  });
});

test('a set of coefficients that is entered changes what alerts waste in standard coal, and taken out again nothing', async () => {
  const world = await office();
  for (const value of troubles('2026-05-15', '2026-07-10')) value.set(world);
  await world.run();
  const wasted = async (): Promise<[string, string, number, number | null][]> =>
    (await world.alerts()).map((one) => [one.rule, one.subject, one.active_since, one.waste_kgce]);
  const before = await wasted();
  const set = {
    validFrom: '2026-06-30',
    id: 'entered',
    source: 's',
    kgcePer: { electricity: 0.3, water: 0, heat: 34.12, gas: 1.33, cooling: 34.12 },
    co2KgPer: { electricity: 0.6, water: 0, heat: 110, gas: 2.1622, cooling: 0 },
  };
  const change = { userId: null, nowMs: world.clock.nowMs };
  const states = () => world.db.selectFrom('rule_state').selectAll().orderBy('rule').orderBy('month_start').execute();
  const statesBefore = await states();

  await createCoefficientSet(world.db, set, change);
  expect([...(await pendingUsageChanges(world.db)).fromMs.keys()]).toEqual(['office']);
  expect(await world.run()).toMatchObject({ raised: 0, withdrawn: 0 });
  const after = await wasted();
  const changed = after.filter(([, , , kgce], at) => kgce !== before[at]![3]);
  expect(changed.map(([rule, subject]) => [rule, subject])).toEqual([['quota', 'electricity/2026-06']]);
  const old = before.find(([, subject]) => subject === 'electricity/2026-06')!;
  expect(changed[0]![3]).toBeCloseTo((old[3]! * 0.3) / 0.1229, 6);

  await deleteCoefficientSet(world.db, '2026-06-30', change);
  await world.run();
  expect(await wasted()).toEqual(before);
  expect(await states()).toEqual(statesBefore);
});

test('a set that brings another factor of CO₂ only has no rule look again', async () => {
  const world = await office();
  for (const value of troubles('2026-06-15', '2026-07-10')) value.set(world);
  await world.run();
  const shipped = coefficientsAt('2026-01-01', []);
  const set = {
    ...shipped,
    id: 'grid-2024',
    validFrom: '2026-01-01',
    co2KgPer: { ...shipped.co2KgPer, electricity: 0.6 },
  };
  await createCoefficientSet(world.db, set, { userId: null, nowMs: world.clock.nowMs });
  expect((await pendingUsageChanges(world.db)).fromMs.size).toBe(0);
  expect(await world.run()).toMatchObject({ raised: 0, changed: 0, withdrawn: 0 });
});

test('the exempt server room is left out of the load', async () => {
  const world = await openRuleWorld();
  await world.addInstitution('office');
  world.clock.nowMs = shanghai('2026-03-20');
  for (let hour = shanghai('2026-03-02'); hour < shanghai('2026-03-20'); hour += HOUR) {
    world.setUsage('office', 'electricity', 'A1', hour, calendar.isWorkingHour(hour) ? 50 : 10);
    world.setUsage('office', 'electricity', 'D1', hour, 100);
  }
  await world.run();
  expect(await world.alerts()).toEqual([]);
});

test('hours of which a part is missing are not judged', async () => {
  const world = await openRuleWorld();
  await world.addInstitution('office');
  world.clock.nowMs = shanghai('2026-03-20');
  for (let hour = shanghai('2026-03-02'); hour < shanghai('2026-03-20'); hour += HOUR) {
    const works = calendar.isWorkingHour(hour);
    world.setUsage('office', 'electricity', 'A1', hour, works ? 50 : 45);
    if (!works) world.setUsage('office', 'electricity', 'B1', hour, null);
  }
  await world.run();
  expect(await world.alerts()).toEqual([]);
});

test('an institution whose settings do not parse is named, and the others are evaluated', async () => {
  const world = await openRuleWorld();
  await world.addInstitution('bad', { settings: { offHours: { share: 'half' } } });
  await world.addInstitution('good');
  world.clock.nowMs = shanghai('2026-03-20');
  for (let hour = shanghai('2026-03-02'); hour < shanghai('2026-03-20'); hour += HOUR) {
    world.setUsage('good', 'electricity', 'A1', hour, 50);
  }
  const { skipped, raised } = await world.run();
  expect(skipped).toEqual([{ institution: 'bad', reason: expect.stringContaining('offHours.share') }]);
  expect(raised).toBe(1);
});

test('without any data nothing is raised, and data that come later are evaluated', async () => {
  const world = await office();
  expect(await world.run()).toMatchObject({ raised: 0 });
  for (const value of troubles('2026-04-01', '2026-07-10')) value.set(world);
  const { raised } = await world.run({ dirtyFromMs: new Map([['office', shanghai('2026-04-01')]]) });
  expect(raised).toBeGreaterThan(3);
});
