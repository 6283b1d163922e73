import { createHash } from 'node:crypto';

import type { Insertable, Kysely, Selectable } from 'kysely';

import { bug } from '../../domain/errors.ts';
import { forUpdate } from '../../storage/relational/for-update.ts';
import type { AlertTable, Database } from '../../storage/relational/schema.ts';
import { markStaleByAlerts } from '../reports/mark-stale.ts';
import type { Episode, EpisodeKey } from '../rules/episode.ts';
import { writeChanges, type AlertChange } from './write-changes.ts';
import { transition, type AlertState } from './transition.ts';

/** How many alerts were new, changed, and no longer borne out by the data. */
export interface Reconciled {
  raised: number;
  changed: number;
  withdrawn: number;
}

/** What one rule says of one institution. */
export interface Reconciliation {
  rule: string;
  institution: string;
  /** By (subject, activeSince) the last one counts. */
  episodes: readonly Episode[];
  /** The part of the past that was judged: from `fromMs` on, and the episodes carried into it. All of it where left out. */
  reach: { fromMs: number; carried: readonly EpisodeKey[] } | undefined;
  nowMs: number;
}

const SEVERITY_ORDER = ['info', 'warning', 'critical'];

/** The id of an alert: the same for the same rule, institution, subject and beginning, whenever it is found out. */
export function alertIdOf(rule: string, institution: string, { subject, activeSinceMs }: EpisodeKey): string {
  return createHash('sha256').update([rule, institution, subject, activeSinceMs].join('\n')).digest('hex').slice(0, 24);
}

/**
 * Makes the alerts of a rule and institution those that its episodes say, within reach, with an event for what happened
 * and a message in the outbox where its severity, its condition or its being changed. To be called in a transaction.
 *
 * An alert that the (corrected) data no longer bear out is deleted if nobody ever acted on it, so that what remains is a
 * function of the data alone; one that somebody acted on is closed and stays. Both leave the event `withdrawn`. Drafts
 * of reports that count what changed are marked stale.
 */
export async function reconcileAlerts(trx: Kysely<Database>, input: Reconciliation): Promise<Reconciled> {
  const wanted = new Map(input.episodes.map((episode) => [alertIdOf(input.rule, input.institution, episode), episode]));
  const rows = await rowsWithin(trx, input);
  const known = new Map(rows.map((row) => [row.id, row]));
  const history = await historyOf(trx, rows, wanted);
  const done: Reconciled = { raised: 0, changed: 0, withdrawn: 0 };
  const changes: AlertChange[] = [];

  for (const [id, episode] of wanted) {
    const row = known.get(id);
    if (row === undefined) {
      changes.push({ kind: 'insert', row: rowOf(input, id, episode) });
      done.raised++;
    } else if (row.state !== 'closed' || history.withdrawn.has(id)) {
      const change = changeOf(row, rowOf(input, id, episode));
      if (change === undefined) continue;
      changes.push(change);
      done.changed++;
    }
  }
  for (const row of rows) {
    if (wanted.has(row.id) || row.state === 'closed') continue;
    changes.push({ kind: 'withdraw', row, keep: history.actedOn.has(row.id) });
    done.withdrawn++;
  }
  await writeChanges(trx, changes, input.nowMs);
  const activeSinceMs = changes.map(({ row }) => row.active_since);
  await markStaleByAlerts(trx, input.institution, activeSinceMs);
  return done;
}

async function rowsWithin(
  trx: Kysely<Database>,
  { rule, institution, reach }: Reconciliation,
): Promise<Selectable<AlertTable>[]> {
  let query = trx
    .selectFrom('alert')
    .selectAll()
    .where('rule', '=', rule)
    .where('institution_id', '=', institution)
    .orderBy('active_since')
    .orderBy('id');
  if (reach !== undefined) {
    const carried = reach.carried.map((key) => alertIdOf(rule, institution, key));
    query = query.where((where) =>
      where.or([
        where('active_since', '>=', reach.fromMs),
        ...(carried.length === 0 ? [] : [where('id', 'in', carried)]),
      ]),
    );
  }
  return forUpdate(trx, query).execute();
}

/** Which alerts a person acted on, and which were closed for want of data rather than by a person. */
async function historyOf(
  trx: Kysely<Database>,
  rows: readonly Selectable<AlertTable>[],
  wanted: ReadonlyMap<string, Episode>,
): Promise<{ actedOn: Set<string>; withdrawn: Set<string> }> {
  const asked = rows.filter(({ id, state }) => state === 'closed' || !wanted.has(id)).map(({ id }) => id);
  const actedOn = new Set<string>();
  const withdrawn = new Set<string>();
  if (asked.length === 0) return { actedOn, withdrawn };
  const events = await trx
    .selectFrom('alert_event')
    .select(['alert_id', 'kind', 'user_id'])
    .where('alert_id', 'in', asked)
    .orderBy('id')
    .execute();
  for (const { alert_id, kind, user_id } of events) {
    if (user_id !== null) actedOn.add(alert_id);
    if (kind === 'withdrawn') withdrawn.add(alert_id);
    else withdrawn.delete(alert_id);
  }
  return { actedOn, withdrawn };
}

/** What changed of an alert, or undefined; what people did to it is kept unless it grew worse or came back. */
function changeOf(row: Selectable<AlertTable>, next: Insertable<AlertTable>): AlertChange | undefined {
  const told = [];
  let state = row.state as AlertState;
  if (state === 'closed') {
    state = transition(state, 'recur') ?? bug(`an alert that is ${state} came back`);
    told.push({ kind: 'recurred', note: null });
  }
  if (row.severity !== next.severity) {
    const isWorse = SEVERITY_ORDER.indexOf(next.severity) > SEVERITY_ORDER.indexOf(row.severity);
    if (isWorse) state = transition(state, 'escalate') ?? bug(`an alert that is ${state} grew worse`);
    told.push({ kind: 'severity', note: `${row.severity} → ${next.severity}` });
  }
  if (row.cleared_at !== next.cleared_at) {
    told.push({ kind: next.cleared_at === null ? 'resumed' : 'cleared', note: null });
  }
  const acknowledged =
    state === 'acknowledged'
      ? { acknowledged_by: row.acknowledged_by, acknowledged_at: row.acknowledged_at }
      : { acknowledged_by: null, acknowledged_at: null };
  const updated = { ...next, state, ...acknowledged };
  const isSame = Object.entries(updated).every(
    ([name, value]) => name === 'updated_at' || row[name as keyof AlertTable] === value,
  );
  return isSame ? undefined : { kind: 'update', row: updated, told };
}

function rowOf({ rule, institution, nowMs }: Reconciliation, id: string, episode: Episode): Insertable<AlertTable> {
  return {
    id,
    rule,
    article: episode.article,
    institution_id: institution,
    subject: episode.subject,
    severity: episode.severity,
    state: 'open',
    active_since: episode.activeSinceMs,
    cleared_at: episode.clearedAtMs,
    limit_value: episode.limit,
    value: episode.value,
    unit: episode.unit,
    waste_amount: episode.waste.amount,
    waste_unit: episode.waste.unit,
    waste_kgce: episode.waste.kgce,
    addressed_to: episode.addressedTo,
    evidence: JSON.stringify(episode.evidence),
    acknowledged_by: null,
    acknowledged_at: null,
    updated_at: nowMs,
  };
}
