import { expect, onTestFinished, test, vi } from 'vitest';

import { openSchedule, type Job, type Schedule } from '../../../services/schedule/open-schedule.ts';
import { openRuleWorld, SHANGHAI, shanghai, type RuleWorld } from '../../support/rule-world.ts';

const NEVER = '0 0 29 2 *';

/** A job that is due at every local midnight. */
function daily(run: (occasion: string) => Promise<void>): Job {
  return {
    name: 'daily',
    cron: NEVER,
    occasions(fromMs, nowMs) {
      const days: string[] = [];
      const firstMs = fromMs === 0 ? SHANGHAI.dayStart(nowMs) : SHANGHAI.nextDay(fromMs);
      for (let day = firstMs; day <= nowMs; day = SHANGHAI.nextDay(day)) days.push(SHANGHAI.date(day));
      return days;
    },
    run,
  };
}

function open(world: RuleWorld, jobs: Job[]): Schedule {
  const schedule = openSchedule({ db: world.db, zone: SHANGHAI, now: () => world.clock.nowMs, jobs });
  onTestFinished(() => schedule.close());
  return schedule;
}

async function runsOf({ db }: RuleWorld): Promise<[string, string | null][]> {
  const rows = await db.selectFrom('job_run').selectAll().orderBy('id').execute();
  return rows.map(({ occasion, outcome }) => [occasion, outcome]);
}

test('an occasion runs once, with a row of its own', async () => {
  const world = await openRuleWorld();
  world.clock.nowMs = shanghai('2026-03-03T10:00');
  const ran: string[] = [];
  const schedule = open(world, [daily((occasion) => Promise.resolve(void ran.push(occasion)))]);
  await schedule.runDue();
  await schedule.runDue();
  expect(ran).toEqual(['2026-03-03']);
  const rows = await world.db.selectFrom('job_run').selectAll().execute();
  expect(rows).toMatchObject([
    {
      job: 'daily',
      occasion: '2026-03-03',
      outcome: 'done',
      started_at: world.clock.nowMs,
      ended_at: world.clock.nowMs,
    },
  ]);
});

test('what was missed while the process was down is caught up at the start, oldest first', async () => {
  const world = await openRuleWorld();
  world.clock.nowMs = shanghai('2026-03-03T10:00');
  const ran: string[] = [];
  const job = daily((occasion) => Promise.resolve(void ran.push(occasion)));
  const first = open(world, [job]);
  await first.runDue();
  await first.close();
  world.clock.nowMs = shanghai('2026-03-06T08:00');
  open(world, [job]);
  await vi.waitFor(() => expect(ran).toEqual(['2026-03-03', '2026-03-04', '2026-03-05', '2026-03-06']));
});

test('a failure is noted and tried again the next time; others are not held up', async () => {
  const world = await openRuleWorld();
  world.clock.nowMs = shanghai('2026-03-03T10:00');
  let isBroken = true;
  const errors: string[] = [];
  const job = daily(() => (isBroken ? Promise.reject(new Error('store away')) : Promise.resolve()));
  const other: Job = { name: 'other', cron: NEVER, occasions: () => ['once'], run: () => Promise.resolve() };
  const schedule = openSchedule({
    db: world.db,
    zone: SHANGHAI,
    now: () => world.clock.nowMs,
    jobs: [job, other],
    onError: (name, error) => errors.push(`${name}: ${String(error)}`),
  });
  onTestFinished(() => schedule.close());
  await schedule.runDue();
  expect(await runsOf(world)).toEqual(
    expect.arrayContaining([
      ['2026-03-03', 'failed: store away'],
      ['once', 'done'],
    ]),
  );
  expect(errors[0]).toBe('daily: Error: store away');
  isBroken = false;
  world.clock.nowMs = shanghai('2026-03-04T10:00');
  await schedule.runDue();
  expect((await runsOf(world)).slice(-2)).toEqual([
    ['2026-03-03', 'done'],
    ['2026-03-04', 'done'],
  ]);
});

test('a run that the end of the process cut off is begun again', async () => {
  const world = await openRuleWorld();
  world.clock.nowMs = shanghai('2026-03-03T10:00');
  await world.db
    .insertInto('job_run')
    .values({ job: 'daily', occasion: '2026-03-02', started_at: 1, ended_at: null, outcome: null })
    .execute();
  const ran: string[] = [];
  await open(world, [daily((occasion) => Promise.resolve(void ran.push(occasion)))]).runDue();
  expect(ran).toEqual(['2026-03-02', '2026-03-03']);
});

test('a job never runs twice at once, and closing waits for the run under way', async () => {
  const world = await openRuleWorld();
  world.clock.nowMs = shanghai('2026-03-03T10:00');
  let running = 0;
  let most = 0;
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const job = daily(async () => {
    most = Math.max(most, ++running);
    await held;
    running--;
  });
  const schedule = open(world, [job]);
  const calls = [schedule.runDue(), schedule.runDue()];
  await vi.waitFor(() => expect(running).toBe(1));
  world.clock.nowMs = shanghai('2026-03-05T10:00');
  calls.push(schedule.runDue());
  let isClosed = false;
  const closing = schedule.close().then(() => (isClosed = true));
  await vi.waitFor(async () => expect(await runsOf(world)).toEqual([['2026-03-03', null]]));
  expect(isClosed).toBe(false);
  release();
  await Promise.all([...calls, closing]);
  expect([most, running]).toEqual([1, 0]);
  expect(await runsOf(world)).toEqual([['2026-03-03', 'done']]);
});

test('the clock starts it too', async () => {
  const world = await openRuleWorld();
  world.clock.nowMs = shanghai('2026-03-03T10:00');
  let count = 0;
  const everySecond: Job = {
    name: 'second',
    cron: '* * * * * *',
    occasions: () => [`run-${count}`],
    run: () => Promise.resolve(void count++),
  };
  open(world, [everySecond]);
  await vi.waitFor(() => expect(count).toBeGreaterThanOrEqual(3), { timeout: 20_000 });
}, 30_000);

test('a database that is away when something falls due is asked again soon, not at the next tick', async () => {
  const world = await openRuleWorld();
  world.clock.nowMs = shanghai('2026-03-03T10:00');
  let failures = 3;
  const told: unknown[] = [];
  const db = new Proxy(world.db, {
    get: (target, name) => {
      if (name === 'selectFrom' && failures-- > 0) throw new Error('nobody there');
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  const ran: string[] = [];
  const schedule = openSchedule({
    db,
    zone: SHANGHAI,
    now: () => world.clock.nowMs,
    jobs: [daily((occasion) => Promise.resolve(void ran.push(occasion)))],
    retryMs: 5,
    onError: (_job, error) => told.push(error),
  });
  onTestFinished(() => schedule.close());
  await vi.waitFor(() => expect(ran).toEqual(['2026-03-03']));
  expect(told).toHaveLength(3);
});
