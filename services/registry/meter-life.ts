import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';
import type { LifeEntry, LifeEntryChange, MeterLifeAnswer, NewLifeEntry } from '../api/schemas/meter-life.ts';
import { requestReplayOfMeters } from '../quarantine/request-replay.ts';
import type { Scope } from '../scope.ts';
import { checkMeter, checkParent } from './check-meter.ts';
import { checkShares } from './check-shares.ts';
import { inTransaction } from './in-transaction.ts';
import { addEntry, changeEntry, dropEntry } from './meter-history-edits.ts';
import type { MeterHistory } from './meter-history.ts';
import { problemOfHistory } from './meter-history-problem.ts';
import { loadMeterHistory, saveMeterHistory } from './meter-history-store.ts';
import { entriesOf, type LifeSignature } from './meter-time-line.ts';
import { scopedInstitutions } from './scoped-institutions.ts';

/** An entry as it now stands, and whether what came from the meter before was asked for. */
export interface LifeChange {
  entry: LifeEntry;
  isReplayRequested: boolean;
}

/** The time line of a meter, oldest first, with the shares that the scope may see. Fails with `not-found`. */
export async function meterLife(db: Kysely<Database>, scope: Scope, id: string, zone: Zone): Promise<MeterLifeAnswer> {
  const history = await inScope(db, scope, await loadMeterHistory(db, id));
  return {
    items: entriesOf(history, zone, await signatures(db, id)),
    next: null,
    beginning: { multiplier: history.multipliers[0]?.value ?? 1, shares: history.shares[0]?.value ?? [] },
  };
}

async function inScope(db: Kysely<Database>, scope: Scope, history: MeterHistory): Promise<MeterHistory> {
  if (scope.kind === 'all') return history;
  const ids = history.shares.flatMap(({ value }) => value.map(({ institutionId }) => institutionId));
  const rows = await scopedInstitutions(db, scope)
    .where('institution.id', 'in', [...new Set(ids)])
    .select('institution.id')
    .execute();
  const seen = new Set(rows.map(({ id }) => id));
  const shares = history.shares.map((period) => ({
    ...period,
    value: period.value.filter(({ institutionId }) => seen.has(institutionId)),
  }));
  return { ...history, shares };
}

/**
 * Enters what happened to a meter. Fails with `not-found`, `conflict` where it contradicts the rest of the meter's life,
 * and `bad-request` naming field and remedy.
 */
export function addLifeEntry(
  db: Kysely<Database>,
  id: string,
  input: NewLifeEntry,
  change: Change,
  zone: Zone,
): Promise<LifeChange> {
  return inTransaction(db, async (trx) => {
    const before = await loadMeterHistory(trx, id);
    const edited = addEntry(before, input, change.nowMs, zone);
    const { after, isReplayRequested } = await store(trx, before, edited.history, change, zone);
    const entry = entryBehind(before, after, edited.entryId, change, zone, input.note ?? null);
    await writeAudit(trx, change, { action: 'life-add', object: `meter/${id}`, after: entry });
    return { entry: await signed(trx, id, after, entry.id, zone), isReplayRequested };
  });
}

/** Corrects an entry; what it leaves unsaid stays. Fails as {@link addLifeEntry} does. */
export function changeLifeEntry(
  db: Kysely<Database>,
  id: string,
  entryId: string,
  input: LifeEntryChange,
  change: Change,
  zone: Zone,
): Promise<LifeChange> {
  return inTransaction(db, async (trx) => {
    const before = await loadMeterHistory(trx, id);
    const old = requireEntry(entriesOf(before, zone, await signatures(trx, id)), id, entryId);
    const edited = changeEntry(before, entryId, input, zone);
    const { after, isReplayRequested } = await store(trx, before, edited.history, change, zone);
    const note = input.note === undefined ? old.note : input.note;
    const entry = entryBehind(before, after, edited.entryId, change, zone, note);
    await writeAudit(trx, change, { action: 'life-change', object: `meter/${id}`, before: old, after: entry });
    return { entry: await signed(trx, id, after, entry.id, zone), isReplayRequested };
  });
}

/** Takes back an entry made in error: what held before goes on. Fails as {@link addLifeEntry} does. */
export function removeLifeEntry(
  db: Kysely<Database>,
  id: string,
  entryId: string,
  change: Change,
  zone: Zone,
): Promise<{ isReplayRequested: boolean }> {
  return inTransaction(db, async (trx) => {
    const before = await loadMeterHistory(trx, id);
    const old = requireEntry(entriesOf(before, zone, await signatures(trx, id)), id, entryId);
    const { isReplayRequested } = await store(trx, before, dropEntry(before, entryId, zone), change, zone);
    await writeAudit(trx, change, { action: 'life-remove', object: `meter/${id}`, before: old });
    return { isReplayRequested };
  });
}

async function store(
  trx: Kysely<Database>,
  before: MeterHistory,
  wanted: MeterHistory,
  change: Change,
  zone: Zone,
): Promise<{ after: MeterHistory; isReplayRequested: boolean }> {
  const problem = problemOfHistory(wanted, zone, change.nowMs);
  if (problem !== undefined) throw new PlatformError(problem.code, problem.message);
  const { row, shares } = wanted;
  const date = zone.date(change.nowMs);
  if (JSON.stringify(shares) !== JSON.stringify(before.shares) || isLonger(before, wanted)) {
    await checkShares(trx, { medium: row.medium, endedOn: row.ended_on, periods: shares, field: 'shares' });
  }
  await checkMeter(trx, { row, before: before.row, shares, date });
  for (const { from, value } of shares) {
    if (before.shares.some((period) => JSON.stringify(period.value) === JSON.stringify(value))) continue;
    await checkParent(trx, { row, shares, date: from });
  }
  const after = await saveMeterHistory(trx, before, wanted);
  const isReplayRequested = (row.address !== null && row.address !== before.row.address) || isLonger(before, wanted);
  if (isReplayRequested) {
    await requestReplayOfMeters(trx, [{ id: row.id, collectorId: row.collector_id, address: row.address }], change);
  }
  return { after, isReplayRequested };
}

/** True where the meter is there for longer than it was: its removal was taken back or put off. */
function isLonger({ row: { ended_on: before } }: MeterHistory, { row: { ended_on: after } }: MeterHistory): boolean {
  return before !== null && (after === null || after > before);
}

/** The entry as it is written to the trail: an event that was just entered has its number only now. */
function entryBehind(
  before: MeterHistory,
  after: MeterHistory,
  entryId: string | undefined,
  change: Change,
  zone: Zone,
  note: string | null,
): LifeEntry {
  const known = new Set(before.events.map(({ id }) => id));
  const made = after.events.find(({ id }) => !known.has(id));
  const id = entryId ?? `event-${made?.id ?? 0}`;
  return {
    ...requireEntry(entriesOf(after, zone, new Map()), after.row.id, id),
    note,
    enteredAt: zone.iso(change.nowMs),
  };
}

async function signed(
  db: Kysely<Database>,
  id: string,
  history: MeterHistory,
  entryId: string,
  zone: Zone,
): Promise<LifeEntry> {
  return requireEntry(entriesOf(history, zone, await signatures(db, id)), id, entryId);
}

function requireEntry(entries: readonly LifeEntry[], meter: string, id: string): LifeEntry {
  const entry = entries.find((one) => one.id === id);
  if (entry === undefined) throw new PlatformError('not-found', `The life of ${meter} has no entry ${id}`);
  return entry;
}

/** Who entered or last corrected each entry, from the audit trail. */
async function signatures(db: Kysely<Database>, id: string): Promise<Map<string, LifeSignature>> {
  const rows = await db
    .selectFrom('audit')
    .leftJoin('app_user', 'app_user.id', 'audit.user_id')
    .select(['audit.at', 'audit.after', 'app_user.username'])
    .where('audit.object', '=', `meter/${id}`)
    .where('audit.action', 'in', ['life-add', 'life-change'])
    .orderBy('audit.id')
    .execute();
  return new Map(
    rows.map(({ at, after, username }) => {
      const entry = JSON.parse(after ?? '{}') as Partial<LifeEntry>;
      return [entry.id ?? '', { atMs: at, by: username, note: entry.note ?? null }];
    }),
  );
}
