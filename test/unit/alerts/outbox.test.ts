import { expect, onTestFinished, test, vi } from 'vitest';

import { acknowledgeAlert } from '../../../services/alerts/acknowledge.ts';
import type { AlertMessage } from '../../../services/alerts/notifier.ts';
import { openOutbox, type Outbox } from '../../../services/alerts/outbox.ts';
import { reconcileAlerts } from '../../../services/alerts/reconcile.ts';
import type { Episode } from '../../../services/rules/episode.ts';
import { openRuleWorld, SHANGHAI, shanghai, type RuleWorld } from '../../support/rule-world.ts';

function episode(subject: string): Episode {
  return {
    subject,
    activeSinceMs: shanghai('2026-03-03T19:00'),
    clearedAtMs: null,
    severity: 'warning',
    limit: 60,
    value: 80,
    unit: 'kW',
    waste: { amount: 10, unit: 'kWh', kgce: 1.229 },
    article: 'Art. 20(1)',
    addressedTo: 'institution',
    evidence: { kind: 'hourly-power', series: [[shanghai('2026-03-03T19:00'), 80]], facts: {} },
  };
}

async function worldWith(subjects: string[]): Promise<RuleWorld> {
  const world = await openRuleWorld();
  await world.addInstitution('office');
  await judge(world, subjects);
  return world;
}

function judge({ db }: RuleWorld, subjects: string[]): Promise<unknown> {
  const input = { rule: 'off-hours', institution: 'office', reach: undefined, nowMs: 5 };
  return db.transaction().execute((trx) => reconcileAlerts(trx, { ...input, episodes: subjects.map(episode) }));
}

function deliver(world: RuleWorld, publish: (message: AlertMessage) => Promise<void>): Outbox {
  const outbox = openOutbox({
    db: world.db,
    zone: SHANGHAI,
    now: () => 7,
    notifiers: { mqtt: { publish } },
    backoffMs: () => 5,
    timeoutMs: 50,
  });
  onTestFinished(() => outbox.close());
  return outbox;
}

async function waiting({ db }: RuleWorld): Promise<number> {
  return (await db.selectFrom('outbox').select('id').where('delivered_at', 'is', null).execute()).length;
}

test('what waits goes out in order, each as the API would show it', async () => {
  const world = await worldWith(['a', 'b', 'c']);
  const sent: AlertMessage[] = [];
  deliver(world, (message) => Promise.resolve(void sent.push(message)));
  await vi.waitFor(async () => expect(await waiting(world)).toBe(0));
  expect(sent.map(({ alert }) => alert?.subject)).toEqual(['a', 'b', 'c']);
  expect(sent[0]).toMatchObject({
    institution: 'office',
    alert: {
      institutionName: '名 office',
      state: 'open',
      activeSince: '2026-03-03T19:00:00+08:00',
      clearedAt: null,
      evidence: { series: [['2026-03-03T19:00:00+08:00', 80]] },
    },
  });
});

test('a failure is tried again from the same row on, with its count and error kept', async () => {
  const world = await worldWith(['a', 'b']);
  const tried: (string | undefined)[] = [];
  deliver(world, ({ alert }) => {
    tried.push(alert?.subject);
    return tried.length <= 2 ? Promise.reject(new Error('broker away')) : Promise.resolve();
  });
  await vi.waitFor(async () => expect(await waiting(world)).toBe(0));
  expect(tried).toEqual(['a', 'a', 'a', 'b']);
  const rows = await world.db.selectFrom('outbox').selectAll().orderBy('id').execute();
  expect(rows.map(({ attempts, delivered_at }) => [attempts, delivered_at])).toEqual([
    [2, 7],
    [0, 7],
  ]);
});

test('a row that always fails holds the others up only for a while', async () => {
  const world = await worldWith(['bad', 'good']);
  const sent: (string | undefined)[] = [];
  deliver(world, ({ alert }) => {
    if (alert?.subject === 'bad') return Promise.reject(new Error('too large'));
    sent.push(alert?.subject);
    return Promise.resolve();
  });
  await vi.waitFor(() => expect(sent).toEqual(['good']));
  const bad = await world.db.selectFrom('outbox').selectAll().orderBy('id').executeTakeFirstOrThrow();
  expect(bad).toMatchObject({ delivered_at: null, last_error: 'too large' });
  expect(bad.attempts).toBeGreaterThanOrEqual(5);
});

test('what was not delivered before a restart goes out after it; what was does not', async () => {
  const world = await worldWith(['a', 'b']);
  const first = deliver(world, ({ alert }) =>
    alert?.subject === 'a'
      ? Promise.resolve()
      : new Promise((_, reject) => setTimeout(reject, 1, new Error('cut off'))),
  );
  await vi.waitFor(async () => expect(await waiting(world)).toBe(1));
  await first.close();
  const sent: (string | undefined)[] = [];
  deliver(world, ({ alert }) => Promise.resolve(void sent.push(alert?.subject)));
  await vi.waitFor(async () => expect(await waiting(world)).toBe(0));
  expect(sent).toEqual(['b']);
});

test('rows of one alert that wait together are one message, of how it now stands', async () => {
  const world = await worldWith(['a']);
  const [alert] = await world.alerts();
  await acknowledgeAlert(world.db, { id: alert!.id, username: 'manager', nowMs: 6 });
  const sent: AlertMessage[] = [];
  deliver(world, (message) => Promise.resolve(void sent.push(message)));
  await vi.waitFor(async () => expect(await waiting(world)).toBe(0));
  expect(sent.map((message) => message.alert?.state)).toEqual(['acknowledged']);
});

test('an alert that is withdrawn or closed is taken back', async () => {
  const world = await worldWith(['gone', 'acted-on']);
  const acted = (await world.alerts()).find(({ subject }) => subject === 'acted-on')!;
  await acknowledgeAlert(world.db, { id: acted.id, username: 'manager', nowMs: 6 });
  const sent: AlertMessage[] = [];
  const outbox = deliver(world, (message) => Promise.resolve(void sent.push(message)));
  await vi.waitFor(async () => expect(await waiting(world)).toBe(0));
  sent.length = 0;
  await judge(world, []);
  outbox.wake();
  await vi.waitFor(async () => expect(await waiting(world)).toBe(0));
  expect(sent.map(({ institution, alert }) => [institution, alert])).toEqual([
    ['office', null],
    ['office', null],
  ]);
  expect((await world.alerts()).map(({ subject, state }) => [subject, state])).toEqual([['acted-on', 'closed']]);
});

test('a channel that never answers counts as failed', async () => {
  const world = await worldWith(['a']);
  let tries = 0;
  deliver(world, () => (++tries === 1 ? new Promise(() => undefined) : Promise.resolve()));
  await vi.waitFor(async () => expect(await waiting(world)).toBe(0));
  const row = await world.db.selectFrom('outbox').selectAll().executeTakeFirstOrThrow();
  expect([tries, row.attempts]).toEqual([2, 1]);
});
