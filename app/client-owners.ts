import type { Kysely } from 'kysely';

import { inParts } from '../domain/in-parts.ts';
import { storableText } from '../domain/storable-text.ts';
import type { ClientOwners } from '../gateway/broker/client-owners.ts';
import type { Database } from '../storage/relational/schema.ts';

/** Client ids remembered for one user; the oldest make room, so that random ids do not fill the table. */
const IDS_OF_A_USER = 1000;
/** Rows and ids of one statement: far below the engines' limits of parameters. */
const ROWS_OF_A_STATEMENT = 200;

interface Claim {
  username: string;
  done: Promise<void>;
  resolve: () => void;
  reject: (error: unknown) => void;
}

interface Known {
  ownerOf: Map<string, string>;
  /** Of each user, the oldest first. */
  idsOf: Map<string, Set<string>>;
}

/**
 * Who first used which MQTT client id, kept in the registry over restarts. Known ids cost no statement; all new ones
 * that come while a transaction is under way go into the next one, for each blocks its thread until the disk has it.
 */
export function createClientOwners(db: Kysely<Database>, now: () => number): ClientOwners {
  let loading: Promise<Known> | undefined;
  let waiting = new Map<string, Claim>();
  let writing: Map<string, Claim> = new Map();
  let running: Promise<void> | undefined;

  function known(): Promise<Known> {
    loading ??= load(db).catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  }

  function enqueue(clientId: string, username: string): Promise<void> {
    let resolve = (): void => undefined;
    let reject: (error: unknown) => void = () => undefined;
    const done = new Promise<void>((yes, no) => ([resolve, reject] = [yes, no]));
    waiting.set(clientId, { username, done, resolve, reject });
    running ??= writeAll().finally(() => (running = undefined));
    return done;
  }

  async function writeAll(): Promise<void> {
    while (waiting.size > 0) {
      writing = waiting;
      waiting = new Map();
      const claims = [...writing.values()];
      try {
        await write(db, now(), writing, await known());
        for (const { resolve } of claims) resolve();
      } catch (error) {
        for (const { reject } of claims) reject(error);
      }
      writing = new Map();
    }
  }

  return {
    claim: async (given, username) => {
      // As the database has it, where two that differ here could be one.
      const clientId = storableText(given);
      for (;;) {
        const owner = (await known()).ownerOf.get(clientId);
        if (owner !== undefined) return owner === username;
        const rival = writing.get(clientId) ?? waiting.get(clientId);
        // Who came first may fail: then the id is still free.
        await (rival === undefined ? enqueue(clientId, username) : rival.done.catch(() => undefined));
      }
    },
  };
}

async function load(db: Kysely<Database>): Promise<Known> {
  const known: Known = { ownerOf: new Map(), idsOf: new Map() };
  const rows = await db.selectFrom('mqtt_client').select(['client_id', 'username']).orderBy('first_seen_at').execute();
  for (const { client_id, username } of rows) remember(known, client_id, username);
  return known;
}

function remember({ ownerOf, idsOf }: Known, clientId: string, username: string): void {
  ownerOf.set(clientId, username);
  const ids = idsOf.get(username);
  if (ids === undefined) idsOf.set(username, new Set([clientId]));
  else ids.add(clientId);
}

async function write(
  db: Kysely<Database>,
  nowMs: number,
  claims: ReadonlyMap<string, Claim>,
  known: Known,
): Promise<void> {
  const rows = [...claims].map(([client_id, { username }]) => ({ client_id, username, first_seen_at: nowMs }));
  const oldest = idsWithoutRoom(claims, known);
  await db.transaction().execute(async (trx) => {
    for (const ids of inParts(oldest, ROWS_OF_A_STATEMENT))
      await trx.deleteFrom('mqtt_client').where('client_id', 'in', ids).execute();
    for (const chunk of inParts(rows, ROWS_OF_A_STATEMENT)) await trx.insertInto('mqtt_client').values(chunk).execute();
  });
  for (const id of oldest) {
    known.idsOf.get(known.ownerOf.get(id)!)?.delete(id);
    known.ownerOf.delete(id);
  }
  for (const { client_id, username } of rows) remember(known, client_id, username);
}

function idsWithoutRoom(claims: ReadonlyMap<string, Claim>, { idsOf }: Known): string[] {
  const coming = new Map<string, number>();
  for (const { username } of claims.values()) coming.set(username, (coming.get(username) ?? 0) + 1);
  const oldest: string[] = [];
  for (const [username, count] of coming) {
    const ids = idsOf.get(username) ?? new Set<string>();
    oldest.push(...[...ids].slice(0, Math.max(0, ids.size + count - IDS_OF_A_USER)));
  }
  return oldest;
}
