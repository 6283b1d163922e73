import type { Insertable, Kysely, Selectable } from 'kysely';

import type { AlertEventTable, AlertTable, Database, OutboxTable } from '../../storage/relational/schema.ts';

/** One thing that happened to an alert by evaluation; `told` are the events that people and channels hear of. */
export type AlertChange =
  | { kind: 'insert'; row: Insertable<AlertTable> }
  | { kind: 'update'; row: Insertable<AlertTable>; told: { kind: string; note: string | null }[] }
  /** `keep`: somebody acted on it, so it stays, closed. */
  | { kind: 'withdraw'; row: Selectable<AlertTable>; keep: boolean };

const ROWS_PER_STATEMENT = 200;

/** Writes changes with their events and outbox rows; to be called in a transaction. */
export async function writeChanges(
  trx: Kysely<Database>,
  changes: readonly AlertChange[],
  nowMs: number,
): Promise<void> {
  const inserts: Insertable<AlertTable>[] = [];
  const events: Insertable<AlertEventTable>[] = [];
  const messages: Insertable<OutboxTable>[] = [];
  const tell = (alertId: string, told: readonly { kind: string; note: string | null }[]): void => {
    for (const { kind, note } of told) events.push({ alert_id: alertId, at: nowMs, kind, user_id: null, note });
    if (told.length > 0) {
      messages.push({ channel: 'mqtt', alert_id: alertId, created_at: nowMs, delivered_at: null, last_error: null });
    }
  };

  for (const change of changes) {
    if (change.kind === 'insert') {
      inserts.push(change.row);
      tell(change.row.id, [{ kind: 'raised', note: null }]);
    } else if (change.kind === 'update') {
      const { id, ...columns } = change.row;
      await trx.updateTable('alert').set(columns).where('id', '=', id).execute();
      tell(id, change.told);
    } else {
      await withdraw(trx, change, nowMs);
      tell(change.row.id, [{ kind: 'withdrawn', note: withdrawalNote(change.row) }]);
    }
  }
  for (const rows of slices(inserts)) await trx.insertInto('alert').values(rows).execute();
  for (const rows of slices(events)) await trx.insertInto('alert_event').values(rows).execute();
  for (const rows of slices(messages)) await trx.insertInto('outbox').values(rows).execute();
}

/** The institution of a withdrawn alert by its event's note: the row itself may be gone. */
export function institutionOfWithdrawal(note: string | null): string | undefined {
  return note === null ? undefined : (JSON.parse(note) as { institution?: string }).institution;
}

function withdrawalNote(row: Selectable<AlertTable>): string {
  const { rule, institution_id, subject, active_since, severity, value, unit } = row;
  return JSON.stringify({
    institution: institution_id,
    rule,
    subject,
    activeSinceMs: active_since,
    severity,
    value,
    unit,
  });
}

async function withdraw(
  trx: Kysely<Database>,
  { row, keep }: { row: Selectable<AlertTable>; keep: boolean },
  nowMs: number,
): Promise<void> {
  if (keep) {
    await trx.updateTable('alert').set({ state: 'closed', updated_at: nowMs }).where('id', '=', row.id).execute();
  } else {
    await trx.deleteFrom('alert').where('id', '=', row.id).execute();
  }
}

function slices<Row>(rows: readonly Row[]): Row[][] {
  const count = Math.ceil(rows.length / ROWS_PER_STATEMENT);
  return Array.from({ length: count }, (_, i) => rows.slice(i * ROWS_PER_STATEMENT, (i + 1) * ROWS_PER_STATEMENT));
}
