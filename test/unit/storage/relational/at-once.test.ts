import type { Kysely } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';

import { openRegistry as openAgain } from '../../../../app/open-registry.ts';
import { createZone } from '../../../../domain/zone.ts';
import { openRelationalQuarantine } from '../../../../gateway/quarantine/relational-quarantine.ts';
import { takeOut } from '../../../../gateway/replay-requests.ts';
import { createLogin } from '../../../../services/accounts/login.ts';
import { createPasswords } from '../../../../services/accounts/passwords.ts';
import { createUser } from '../../../../services/accounts/users.ts';
import { acknowledgeAlert } from '../../../../services/alerts/acknowledge.ts';
import { alertIdOf, reconcileAlerts } from '../../../../services/alerts/reconcile.ts';
import { requestReplay } from '../../../../services/quarantine/request-replay.ts';
import { createCollector } from '../../../../services/registry/collectors.ts';
import { registryRevision } from '../../../../services/registry/in-transaction.ts';
import { createInstitution } from '../../../../services/registry/institutions.ts';
import { createMqttReader } from '../../../../services/registry/mqtt-readers.ts';
import { markStale } from '../../../../services/reports/mark-stale.ts';
import { putDraft, reportMarks } from '../../../../services/reports/report-store.ts';
import { forgetUsageChanges, noteUsageChange, pendingUsageChanges } from '../../../../services/usage/usage-changes.ts';
import type { Database } from '../../../../storage/relational/schema.ts';
import { openRegistry } from '../../../support/open-registry.ts';
import { quarantineEntry } from '../../../support/quarantine-entry.ts';
import { sampleInstitution } from '../../../support/sample-report.ts';

const CHANGE = { userId: null, nowMs: 1 };
const ZONE = createZone('Asia/Shanghai');
const TIMES = 8;

/** One registry opened twice, as main thread and pipeline do. */
async function openTwice(): Promise<[Kysely<Database>, Kysely<Database>]> {
  const { db, place, close } = await openRegistry();
  const other = await openAgain(place);
  onTestFinished(async () => {
    await other.destroy();
    await close();
  });
  return [db, other];
}

/** Does it from both sides `TIMES` times at once; tells what became of each. */
async function atOnce(
  both: readonly Kysely<Database>[],
  work: (db: Kysely<Database>, index: number) => Promise<unknown>,
): Promise<string[]> {
  const started = Array.from({ length: TIMES }, (_, index) => work(both[index % both.length]!, index));
  return (await Promise.allSettled(started)).map((outcome) =>
    outcome.status === 'fulfilled' ? 'done' : ((outcome.reason as { code?: string }).code ?? String(outcome.reason)),
  );
}

const oneDone = ['done', ...Array.from({ length: TIMES - 1 }, () => 'conflict')];
const office = { id: 'office', name: '办公室', type: 'agency', regionCode: '150203', areaM2: 100, headcount: 10 };

test.each([
  ['an institution', (db: Kysely<Database>) => createInstitution(db, office, CHANGE)],
  ['a collector', (db: Kysely<Database>) => createCollector(db, { id: 'c1', name: 'c1' }, CHANGE)],
  ['a reader of alerts', (db: Kysely<Database>) => createMqttReader(db, { id: 'r1', name: 'r1' }, CHANGE)],
  [
    'a user',
    (db: Kysely<Database>) =>
      createUser(
        db,
        createPasswords({ memoryKib: 64, passes: 1 }),
        { username: 'u', password: 'p', role: 'admin' },
        CHANGE,
      ),
  ],
])('%s entered by many at once is there once, the others hear of a conflict', async (_, work) => {
  const both = await openTwice();
  const before = await registryRevision(both[0]);
  expect((await atOnce(both, work)).toSorted()).toEqual(oneDone.toSorted());
  expect(await both[1].selectFrom('audit').select('object').where('action', '=', 'create').execute()).toHaveLength(1);
  expect(await registryRevision(both[1])).toBe(before + 1);
});

test('changes of the registry from both sides are all counted', async () => {
  const both = await openTwice();
  const before = await registryRevision(both[0]);
  const outcomes = await atOnce(both, (db, index) => createCollector(db, { id: `c${index}`, name: 'c' }, CHANGE));
  expect(outcomes).toEqual(outcomes.map(() => 'done'));
  expect(await registryRevision(both[0])).toBe(before + TIMES);
});

test('a volley of wrong passwords gets no more than the limit', async () => {
  const both = await openTwice();
  const passwords = createPasswords({ memoryKib: 64, passes: 1 });
  await createUser(both[0], passwords, { username: 'u', password: 'right', role: 'admin' }, CHANGE);
  const logins = both.map((db) => createLogin(db, passwords, { maxFailures: 3, lockMs: 1000 }));
  const tried = Array.from({ length: TIMES }, (_, index) => logins[index % 2]!('u', 'wrong', 10));
  const reasons = (await Promise.all(tried)).map((outcome) => (outcome.ok ? 'in' : outcome.reason));
  expect(reasons.filter((reason) => reason === 'wrong')).toHaveLength(3);
  expect(await logins[0]!('u', 'right', 20)).toMatchObject({ ok: false, reason: 'locked' });
});

const ALERT = alertIdOf('off-hours', 'office', { subject: 'standby', activeSinceMs: 1 });

function evaluate(db: Kysely<Database>, value: number): Promise<unknown> {
  const episode = {
    subject: 'standby',
    activeSinceMs: 1,
    clearedAtMs: null,
    severity: 'warning' as const,
    limit: 60,
    value,
    unit: 'kW',
    waste: { amount: 10, unit: 'kWh' as const, kgce: 1.229 },
    article: 'Art. 20(1)',
    addressedTo: 'institution' as const,
    evidence: { kind: 'hourly-power', series: [], facts: {} },
  };
  return db.transaction().execute((trx) =>
    reconcileAlerts(trx, {
      rule: 'off-hours',
      institution: 'office',
      episodes: [episode as never],
      reach: undefined,
      nowMs: 5,
    }),
  );
}

test('an alert acknowledged by many at once is so once, and stays so while rules judge it again', async () => {
  const both = await openTwice();
  await createInstitution(both[0], office, CHANGE);
  await evaluate(both[1], 80);
  const outcomes = await atOnce(both, (db, index) =>
    index % 4 === 0
      ? evaluate(db, 80 + index)
      : acknowledgeAlert(db, { id: ALERT, username: `user ${index}`, nowMs: 9 }),
  );
  expect(outcomes).toEqual(outcomes.map(() => 'done'));
  const alert = await both[0].selectFrom('alert').selectAll().executeTakeFirstOrThrow();
  const told = await both[0].selectFrom('alert_event').selectAll().where('kind', '=', 'acknowledged').execute();
  expect(told).toHaveLength(1);
  expect(alert).toMatchObject({ state: 'acknowledged', acknowledged_by: told[0]?.user_id, acknowledged_at: 9 });
});

test('late data that comes while a draft is stored is not forgotten', async () => {
  const both = await openTwice();
  await createInstitution(both[0], office, CHANGE);
  const figures = sampleInstitution('office', '办公室', 'agency', 1);
  await putDraft(both[0], figures, undefined, 1);
  const marks = await reportMarks(both[0], figures.year);
  const outcomes = await atOnce(both, (db, index) =>
    index === 0 ? putDraft(db, figures, marks.get('institution office'), 2) : markStale(db, ['office'], [figures.year]),
  );
  expect(outcomes).toEqual(outcomes.map(() => 'done'));
  const { stale } = await both[0].selectFrom('report').select('stale').executeTakeFirstOrThrow();
  expect(stale).toBe(TIMES - 1);
});

test('usage that changes while what changed before is dealt with stays noted', async () => {
  const both = await openTwice();
  await createInstitution(both[0], office, CHANGE);
  const note = (db: Kysely<Database>, ms: number) =>
    noteUsageChange(db, ZONE, 1_767_225_600_000, { meters: new Map(), institutions: new Map([['office', ms]]) });
  await note(both[0], 1_700_000_000_000);
  const pending = await pendingUsageChanges(both[0]);
  await atOnce(both, (db, index) =>
    index === 1 ? forgetUsageChanges(db, pending) : note(db, 1_750_000_000_000 + index),
  );
  const left = await pendingUsageChanges(both[1]);
  expect(left.fromMs.get('office')).toBeLessThanOrEqual(1_750_000_000_000 + 2);
});

test('messages that are put, let go and replayed at once: none twice, no item without its message', async () => {
  const both = await openTwice();
  const quarantine = await openRelationalQuarantine({
    db: both[0],
    now: () => 1_767_225_600_000,
    retentionMs: 1e12,
    maxBytes: 40_000,
    sweepMs: 1e9,
    onError: () => undefined,
  });
  onTestFinished(() => quarantine.close());
  const request = await requestReplay(both[1], {}, CHANGE);
  const put = (from: number) =>
    quarantine.put(Array.from({ length: 100 }, (_, index) => quarantineEntry(from + index, { index: index % 3 })));
  await put(0);
  // What is put again while it is taken out may have to be put, or taken out, once more.
  const outcomes = await atOnce(both, (db, index) =>
    index % 2 === 0
      ? put(index * 100)
      : takeOut(
          db,
          request,
          Array.from({ length: 40 }, (_, at) => (index - 1) * 50 + at),
        ),
  );
  expect(outcomes.filter((outcome) => !['done', 'conflict'].includes(outcome))).toEqual([]);
  const items = await both[0].selectFrom('quarantine').select('position').execute();
  const messages = await both[0].selectFrom('quarantine_message').select('position').execute();
  const known = new Set(messages.map(({ position }) => position));
  expect(items.filter(({ position }) => !known.has(position))).toEqual([]);
  expect(new Set(items.map(({ position }) => position)).size).toBe(known.size);
});
