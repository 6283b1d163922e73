import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import { parseReplayOrder, type ReplayOrder } from '../../domain/quarantine-filter.ts';
import type { Database } from '../../storage/relational/schema.ts';

/** A request to replay messages, and how far it is. */
export interface ReplayRequest {
  id: number;
  requestedAtMs: number;
  /** The name of who asked; null where that is nobody, or nobody any more. */
  requestedBy: string | null;
  /** Which messages; undefined where the row holds nothing that can be read. */
  order: ReplayOrder | undefined;
  state: string;
  /** Put into the spool so far. */
  messages: number;
  finishedAtMs: number | null;
  error: string | null;
}

/** Requests, the newest first, those before `before`. */
export async function listReplays(
  db: Kysely<Database>,
  page: { before?: number | undefined; id?: number; limit: number },
): Promise<ReplayRequest[]> {
  let query = db
    .selectFrom('replay_request')
    .leftJoin('app_user', 'app_user.id', 'replay_request.requested_by')
    .select(['replay_request.id', 'requested_at', 'username', 'filter', 'state', 'messages', 'finished_at', 'error'])
    .orderBy('replay_request.id', 'desc')
    .limit(page.limit);
  if (page.before !== undefined) query = query.where('replay_request.id', '<', page.before);
  if (page.id !== undefined) query = query.where('replay_request.id', '=', page.id);
  const rows = await query.execute();
  return rows.map((row) => ({
    id: row.id,
    requestedAtMs: row.requested_at,
    requestedBy: row.username,
    order: parseReplayOrder(row.filter),
    state: row.state,
    messages: row.messages,
    finishedAtMs: row.finished_at,
    error: row.error,
  }));
}

/** One request. Fails with `not-found`. */
export async function getReplay(db: Kysely<Database>, id: number): Promise<ReplayRequest> {
  const [request] = await listReplays(db, { id, limit: 1 });
  if (request === undefined) throw new PlatformError('not-found', `There is no replay ${id}`);
  return request;
}
