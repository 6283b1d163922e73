import type { Kysely, Selectable } from 'kysely';

import type { DecisionKind, DecisionState } from '../../domain/decision.ts';
import { bug, PlatformError } from '../../domain/errors.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database, DecisionTable } from '../../storage/relational/schema.ts';
import type { Decision } from '../api/schemas/decision.ts';
import type { Scope } from '../scope.ts';
import { type Decider, type DecisionAct, rightTo } from './may-decide.ts';
import { countedBeyondScope, isOfFew, meterHeads, sharesInScope } from './meters-in-scope.ts';

/** Who looks, at what, and when. */
export interface DecisionView {
  scope: Scope;
  decider: Decider;
  zone: Zone;
  nowMs: number;
}

/** Which decisions to list; `after` is where the page before ended: [proposed at, id]. */
export interface DecisionFilter {
  state?: DecisionState | undefined;
  meter?: string | undefined;
  institution?: string | undefined;
  after?: [number, string] | undefined;
  limit: number;
}

type Row = Selectable<DecisionTable>;

/** Decisions about meters in scope, newest proposal first. */
export async function listDecisions(
  db: Kysely<Database>,
  view: DecisionView,
  filter: DecisionFilter,
): Promise<{ row: Row; decision: Decision }[]> {
  const wanted = { scope: view.scope, date: view.zone.date(view.nowMs), institution: filter.institution };
  let query = db
    .selectFrom('decision')
    .selectAll('decision')
    .where((eb) => {
      const shares = sharesInScope(db, wanted).select('meter_share.meter_id');
      // Few meters: starts from them. Many: walks the list in order and looks up each one's, until the page is full.
      return isOfFew(wanted)
        ? eb('decision.meter_id', 'in', shares)
        : eb.exists(shares.whereRef('meter_share.meter_id', '=', eb.ref('decision.meter_id')));
    })
    .orderBy('decision.proposed_at', 'desc')
    .orderBy('decision.id', 'desc')
    .limit(filter.limit);
  if (filter.state !== undefined) query = query.where('decision.state', '=', filter.state);
  if (filter.meter !== undefined) query = query.where('decision.meter_id', '=', filter.meter);
  if (filter.after !== undefined) {
    const [atMs, id] = filter.after;
    query = query
      .where('decision.proposed_at', '<=', atMs)
      .where((eb) =>
        eb.or([
          eb('decision.proposed_at', '<', atMs),
          eb.and([eb('decision.proposed_at', '=', atMs), eb('decision.id', '<', id)]),
        ]),
      );
  }
  const rows = await query.execute();
  const decisions = await decisionsOf(db, view, rows);
  return rows.map((row, index) => ({ row, decision: decisions[index]! }));
}

/** One decision; `not-found` alike where there is none and where its meter is out of scope. */
export async function getDecision(db: Kysely<Database>, view: DecisionView, id: string): Promise<Decision> {
  const row = await decisionRow(db, view, id);
  return (await decisionsOf(db, view, [row]))[0] ?? bug(`the decision ${id} has no words`);
}

/** The row of a decision whose meter is in scope. Throws `not-found`. */
export async function decisionRow(
  db: Kysely<Database>,
  { scope, zone, nowMs }: Pick<DecisionView, 'scope' | 'zone' | 'nowMs'>,
  id: string,
): Promise<Row> {
  const row = await db.selectFrom('decision').selectAll().where('id', '=', id).executeTakeFirst();
  const heads = row && (await meterHeads(db, { scope, date: zone.date(nowMs) }, [row.meter_id]));
  if (row === undefined || heads?.has(row.meter_id) !== true) {
    throw new PlatformError('not-found', `There is no decision ${id}`);
  }
  return row;
}

/** True where what is decided of a meter from an instant on concerns institutions out of scope. */
export async function isBeyondScope(
  db: Kysely<Database>,
  scope: Scope,
  { meter_id, from_ms }: Pick<Row, 'meter_id' | 'from_ms'>,
  zone: Zone,
): Promise<boolean> {
  const until = (await countedBeyondScope(db, scope, [meter_id])).get(meter_id);
  return until !== undefined && until > zone.date(from_ms);
}

async function decisionsOf(db: Kysely<Database>, view: DecisionView, rows: readonly Row[]): Promise<Decision[]> {
  const { scope, decider, zone } = view;
  const ids = rows.map(({ meter_id }) => meter_id);
  const heads = await meterHeads(db, { scope, date: zone.date(view.nowMs) }, ids);
  const beyond = await countedBeyondScope(db, scope, ids);
  const names = await userNames(db);
  const nameOf = (id: string | null): string | null => (id === null ? null : (names.get(id) ?? null));
  const instant = (ms: number | null): string | null => (ms === null ? null : zone.iso(ms));
  return rows.map((row) => {
    const head = heads.get(row.meter_id) ?? bug(`the meter ${row.meter_id} is out of scope`);
    const until = beyond.get(row.meter_id);
    const standing = {
      state: row.state,
      proposedBy: row.proposed_by,
      isBeyondScope: until !== undefined && until > zone.date(row.from_ms),
    };
    const may = (act: DecisionAct): boolean => rightTo(act, standing, decider).may;
    return {
      id: row.id,
      meterId: row.meter_id,
      meterName: head.name,
      institutionId: head.institutionId,
      institutionName: head.institutionName,
      registerUnit: head.registerUnit,
      kind: row.kind as DecisionKind,
      from: zone.iso(row.from_ms),
      to: instant(row.to_ms),
      register: row.register,
      closingRegister: row.closing_register,
      openingRegister: row.opening_register,
      multiplier: row.multiplier,
      reason: row.reason,
      state: row.state as DecisionState,
      proposedBy: nameOf(row.proposed_by),
      proposedAt: zone.iso(row.proposed_at),
      decidedBy: nameOf(row.decided_by),
      decidedAt: instant(row.decided_at),
      decisionNote: row.decision_note,
      reversedBy: nameOf(row.reversed_by),
      reversedAt: instant(row.reversed_at),
      reversalNote: row.reversal_note,
      may: { approve: may('approve'), reject: may('reject'), withdraw: may('withdraw'), reverse: may('reverse') },
    };
  });
}

/** Names of users by id: a city has some thousands at most. */
export async function userNames(db: Kysely<Database>): Promise<Map<string, string>> {
  const rows = await db.selectFrom('app_user').select(['id', 'username']).execute();
  return new Map(rows.map(({ id, username }) => [id, username]));
}
