import type { Kysely } from 'kysely';

import type { Database } from '../../storage/relational/schema.ts';

/** Who changes something, and when; every change of registry and accounts carries one. */
export interface Change {
  /** Id of the user, null for the platform itself. */
  userId: string | null;
  nowMs: number;
}

/** One entry of the audit trail. Secrets (tokens, password hashes) never go into it. */
export interface AuditEntry {
  action: string;
  /** What changed, as `kind/id`. */
  object: string;
  before?: unknown;
  after?: unknown;
}

/** Appends to the audit trail; call it in the transaction of the change, so that neither stands without the other. */
export async function writeAudit(db: Kysely<Database>, change: Change, entry: AuditEntry): Promise<void> {
  await db
    .insertInto('audit')
    .values({
      at: change.nowMs,
      user_id: change.userId,
      action: entry.action,
      object: entry.object,
      before: entry.before === undefined ? null : JSON.stringify(entry.before),
      after: entry.after === undefined ? null : JSON.stringify(entry.after),
    })
    .execute();
}
