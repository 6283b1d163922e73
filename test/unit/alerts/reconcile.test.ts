import { describe, expect, test } from 'vitest';

import { acknowledgeAlert } from '../../../services/alerts/acknowledge.ts';
import { alertIdOf, reconcileAlerts, type Reconciled } from '../../../services/alerts/reconcile.ts';
import type { Episode } from '../../../services/rules/episode.ts';
import { openRuleWorld, shanghai, type RuleWorld } from '../../support/rule-world.ts';

function episode(over: Partial<Episode> = {}): Episode {
  return {
    subject: 'standby',
    activeSinceMs: shanghai('2026-03-03T19:00'),
    clearedAtMs: null,
    severity: 'warning',
    limit: 60,
    value: 80,
    unit: 'kW',
    waste: { amount: 10, unit: 'kWh', kgce: 1.229 },
    article: 'Art. 20(1)',
    addressedTo: 'institution',
    evidence: { kind: 'hourly-power', series: [], facts: {} },
    ...over,
  };
}

const ID = alertIdOf('off-hours', 'office', episode());

async function world(): Promise<RuleWorld> {
  const made = await openRuleWorld();
  await made.addInstitution('office');
  return made;
}

function reconcile(
  { db }: RuleWorld,
  episodes: Episode[],
  reach?: { fromMs: number; carried: Pick<Episode, 'subject' | 'activeSinceMs'>[] },
): Promise<Reconciled> {
  return db.transaction().execute((trx) =>
    reconcileAlerts(trx, {
      rule: 'off-hours',
      institution: 'office',
      episodes,
      reach,
      nowMs: shanghai('2026-04-01'),
    }),
  );
}

async function eventsOf({ db }: RuleWorld): Promise<string[]> {
  const rows = await db.selectFrom('alert_event').select('kind').orderBy('id').execute();
  return rows.map(({ kind }) => kind);
}

async function messagesOf({ db }: RuleWorld): Promise<number> {
  return (await db.selectFrom('outbox').select('id').execute()).length;
}

function acknowledge({ db }: RuleWorld): Promise<void> {
  return acknowledgeAlert(db, { id: ID, username: 'manager', nowMs: shanghai('2026-04-01') });
}

const steps: {
  name: string;
  later: Episode[];
  acknowledged?: boolean;
  want: { state: string | undefined; events: string[]; messages: number };
}[] = [
  {
    name: 'the same again changes nothing and tells nobody',
    later: [episode()],
    want: { state: 'open', events: [], messages: 0 },
  },
  {
    name: 'a higher value is kept and told to nobody',
    later: [episode({ value: 90 })],
    want: { state: 'open', events: [], messages: 0 },
  },
  {
    name: 'a cleared condition is told and does not close the alert',
    later: [episode({ clearedAtMs: shanghai('2026-03-05') })],
    want: { state: 'open', events: ['cleared'], messages: 1 },
  },
  {
    name: 'open, grown worse => told',
    later: [episode({ severity: 'critical' })],
    want: { state: 'open', events: ['severity'], messages: 1 },
  },
  {
    name: 'acknowledged, unchanged => acknowledged',
    later: [episode({ value: 90 })],
    acknowledged: true,
    want: { state: 'acknowledged', events: [], messages: 0 },
  },
  {
    name: 'acknowledged, grown worse => open again',
    later: [episode({ severity: 'critical' })],
    acknowledged: true,
    want: { state: 'open', events: ['severity'], messages: 1 },
  },
  {
    name: 'acknowledged, grown milder => acknowledged',
    later: [episode({ severity: 'info' })],
    acknowledged: true,
    want: { state: 'acknowledged', events: ['severity'], messages: 1 },
  },
  {
    name: 'open, not borne out any more => gone',
    later: [],
    want: { state: undefined, events: ['withdrawn'], messages: 1 },
  },
  {
    name: 'acknowledged, not borne out any more => closed',
    later: [],
    acknowledged: true,
    want: { state: 'closed', events: ['withdrawn'], messages: 1 },
  },
];
describe('reconcile', () => {
  test('a new episode is an open alert with an event and a message', async () => {
    const made = await world();
    expect(await reconcile(made, [episode()])).toEqual({ raised: 1, changed: 0, withdrawn: 0 });
    expect(await made.alerts()).toMatchObject([
      { id: ID, state: 'open', institution_id: 'office', limit_value: 60, value: 80, waste_kgce: 1.229 },
    ]);
    expect([await eventsOf(made), await messagesOf(made)]).toEqual([['raised'], 1]);
  });

  for (const { name, later, acknowledged, want } of steps) {
    test(name, async () => {
      const made = await world();
      await reconcile(made, [episode()]);
      if (acknowledged === true) await acknowledge(made);
      const [events, messages] = [(await eventsOf(made)).length, await messagesOf(made)];
      await reconcile(made, later);
      const [alert] = await made.alerts();
      expect({
        state: alert?.state,
        events: (await eventsOf(made)).slice(events),
        messages: (await messagesOf(made)) - messages,
      }).toEqual(want);
      if (later[0] !== undefined) expect(alert).toMatchObject({ value: later[0].value, severity: later[0].severity });
    });
  }

  test('closed for want of data and borne out again => open again, not yet acknowledged', async () => {
    const made = await world();
    await reconcile(made, [episode()]);
    await acknowledge(made);
    await reconcile(made, []);
    expect(await reconcile(made, [episode()])).toMatchObject({ changed: 1 });
    expect(await made.alerts()).toMatchObject([{ state: 'open', acknowledged_by: null, acknowledged_at: null }]);
    expect((await eventsOf(made)).at(-1)).toBe('recurred');
  });

  test('closed by a person stays closed', async () => {
    const made = await world();
    await reconcile(made, [episode()]);
    await made.db.updateTable('alert').set({ state: 'closed' }).execute();
    await made.db
      .insertInto('alert_event')
      .values({ alert_id: ID, at: 0, kind: 'closed', user_id: 'agency', note: null })
      .execute();
    expect(await reconcile(made, [episode({ value: 90 })])).toEqual({ raised: 0, changed: 0, withdrawn: 0 });
    expect(await made.alerts()).toMatchObject([{ state: 'closed', value: 80 }]);
  });

  test('what lies before the part that was judged stays, unless it was carried into it', async () => {
    const made = await world();
    await reconcile(made, [episode()]);
    const fromMs = shanghai('2026-04-01');
    expect(await reconcile(made, [], { fromMs, carried: [] })).toMatchObject({ withdrawn: 0 });
    expect(await reconcile(made, [], { fromMs, carried: [episode()] })).toMatchObject({ withdrawn: 1 });
  });

  test('another rule, institution, subject or beginning is another alert', () => {
    const ids = [
      ID,
      alertIdOf('quota', 'office', episode()),
      alertIdOf('off-hours', 'office2', episode()),
      alertIdOf('off-hours', 'office', episode({ subject: 'x' })),
      alertIdOf('off-hours', 'office', episode({ activeSinceMs: 1 })),
    ];
    expect(new Set(ids).size).toBe(5);
    expect(ID).toMatch(/^[0-9a-f]{24}$/);
  });
});

describe('drafts that count an alert are marked stale', () => {
  /** Drafts as they are after they were made from all there is: nothing is stale. */
  async function withDrafts(): Promise<RuleWorld> {
    const made = await world();
    const drafts = [
      ['institution', 'office'],
      ['city', '150200'],
      ['institution', 'elsewhere'],
    ] as const;
    for (const [kind, owner_id] of drafts) {
      const draft = { year: 2026, owner_kind: kind, owner_id, kind, state: 'draft', figures: '{}', digest: '' };
      await made.db
        .insertInto('report')
        .values({ ...draft, made_at: 0, stale: 0 })
        .execute();
    }
    return made;
  }

  async function staleOwners({ db }: RuleWorld): Promise<string[]> {
    const rows = await db.selectFrom('report').select('owner_id').where('stale', '>', 0).orderBy('owner_id').execute();
    return rows.map(({ owner_id }) => owner_id);
  }

  async function fresh({ db }: RuleWorld): Promise<void> {
    await db.updateTable('report').set({ stale: 0 }).execute();
  }

  test('raised, cleared, acknowledged, withdrawn; not where nothing changed', async () => {
    const made = await withDrafts();
    const above = ['150200', 'office'];
    const cleared = episode({ clearedAtMs: shanghai('2026-03-05') });
    const done: [string, () => Promise<unknown>, string[]][] = [
      ['raised', () => reconcile(made, [episode()]), above],
      ['the same again', () => reconcile(made, [episode()]), []],
      ['cleared', () => reconcile(made, [cleared]), above],
      ['acknowledged', () => acknowledge(made), above],
      ['withdrawn', () => reconcile(made, []), above],
    ];
    for (const [name, act, want] of done) {
      await fresh(made);
      await act();
      expect({ name, stale: await staleOwners(made) }).toEqual({ name, stale: want });
    }
  });
});
