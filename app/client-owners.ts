import type { Kysely } from 'kysely';

import { inParts } from '../domain/in-parts.ts';
import { storableText } from '../domain/storable-text.ts';
import type { ClientOwners } from '../gateway/broker/client-owners.ts';
import { answeredWithin } from '../gateway/deferred/answered-within.ts';
import { isOutage } from '../gateway/deferred/circuit.ts';
import type { Database } from '../storage/relational/schema.ts';
import { createKnownClients } from './known-clients.ts';

/** A client id with its user, as a copy keeps it; `unsaved`: the registry has not got it. */
export interface CopiedClient {
  clientId: string;
  username: string;
  unsaved?: boolean;
}

/** Who first used which client id, kept in the registry, and in memory while that does not answer. */
export interface KeptClientOwners extends ClientOwners {
  /** All that is known, for a copy. */
  clients(): Iterable<CopiedClient>;
  close(): void;
}

/** What differs from a registry that always answers. */
export interface ClientOwnersOptions {
  /** What an earlier process knew: with it the registry need not answer. */
  copied?: readonly CopiedClient[] | undefined;
  /** What is known has changed. */
  onChanged?(): void;
  /** An id that was taken while the registry did not answer is another user's there, who was first. */
  onLost?(client: CopiedClient, owner: string): void;
  /** How often a registry that does not answer is asked again; 1 s where left out. */
  retryMs?: number;
}

/** Rows and ids of one statement: far below the engines' limits of parameters. */
const ROWS_OF_A_STATEMENT = 200;
const RETRY_MS = 1000;
const ANSWER_MS = 5000;

interface Claim {
  username: string;
  done: Promise<void>;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Who first used which MQTT client id, kept in the registry over restarts. Known ids cost no statement; all new ones
 * that come while a transaction is under way go into the next one, for each waits until the disk has it.
 *
 * While the registry does not answer, new ids are taken in memory and written when it does again. Where it then knows
 * one as another user's, that user was first and keeps it.
 */
export function createClientOwners(
  db: Kysely<Database>,
  now: () => number,
  options: ClientOwnersOptions = {},
): KeptClientOwners {
  const known = createKnownClients();
  /** Taken, and not in the registry. */
  const unsaved = new Map<string, string>();
  /** In the registry, and to be removed there. */
  const dropped = new Set<string>();
  let isLoaded = false;
  let isDown = false;
  let closed = false;
  let loading: Promise<void> | undefined;
  let waiting = new Map<string, Claim>();
  let writing = new Map<string, Claim>();
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  for (const { clientId, username, unsaved: isUnsaved } of options.copied ?? []) {
    known.set(clientId, username);
    if (isUnsaved === true) unsaved.set(clientId, username);
  }

  // Resolves when it is known who has which id: as the registry has it, or as the copy has.
  function ready(): Promise<void> | undefined {
    if (isLoaded || isDown) return undefined;
    loading ??= catchUp()
      .catch((error: unknown) => {
        if (options.copied === undefined || !isOutage(error)) throw error;
        goDown();
      })
      .finally(() => (loading = undefined));
    return loading;
  }

  async function catchUp(): Promise<void> {
    if (!isLoaded) {
      for (const [clientId, owner] of await answeredWithin(ANSWER_MS, () => load(db))) settle(clientId, owner);
      isLoaded = true;
    }
    while (unsaved.size > 0 || dropped.size > 0) {
      const claims = new Map([...unsaved].slice(0, ROWS_OF_A_STATEMENT));
      const gone = [...dropped].slice(0, ROWS_OF_A_STATEMENT);
      const owners = await answeredWithin(ANSWER_MS, () => write(db, now(), claims, gone));
      for (const id of gone) dropped.delete(id);
      for (const [clientId, owner] of owners) settle(clientId, owner);
      options.onChanged?.();
    }
    isDown = false;
  }

  // What the registry says holds, whatever was taken meanwhile.
  function settle(clientId: string, owner: string): void {
    const taken = unsaved.get(clientId);
    unsaved.delete(clientId);
    if (taken !== undefined && taken !== owner) options.onLost?.({ clientId, username: taken }, owner);
    if (!dropped.has(clientId)) known.set(clientId, owner);
  }

  function goDown(): void {
    isDown = true;
    clearTimeout(timer);
    if (closed) return;
    timer = setTimeout(() => {
      catchUp().catch(goDown);
    }, options.retryMs ?? RETRY_MS).unref();
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
        await writeClaims(new Map([...writing].map(([clientId, { username }]) => [clientId, username])));
        options.onChanged?.();
        for (const { resolve } of claims) resolve();
      } catch (error) {
        for (const { reject } of claims) reject(error);
      }
      writing = new Map();
    }
  }

  async function writeClaims(claims: ReadonlyMap<string, string>): Promise<void> {
    await ready();
    const oldest = known.withoutRoom(claims.values());
    try {
      if (isDown) return takeInMemory(claims, oldest);
      const owners = await answeredWithin(ANSWER_MS, () => write(db, now(), claims, oldest));
      for (const id of oldest) known.remove(id);
      for (const [clientId, owner] of owners) known.set(clientId, owner);
    } catch (error) {
      if (options.copied === undefined || !isOutage(error)) throw error;
      takeInMemory(claims, oldest);
      goDown();
    }
  }

  function takeInMemory(claims: ReadonlyMap<string, string>, oldest: readonly string[]): void {
    for (const id of oldest) {
      known.remove(id);
      if (!unsaved.delete(id)) dropped.add(id);
    }
    for (const [clientId, username] of claims) {
      known.set(clientId, username);
      unsaved.set(clientId, username);
    }
  }

  return {
    claim: async (given, username) => {
      // As the database has it, where two that differ here could be one.
      const clientId = storableText(given);
      for (;;) {
        await ready();
        const owner = known.ownerOf(clientId);
        if (owner !== undefined) return owner === username;
        const rival = writing.get(clientId) ?? waiting.get(clientId);
        // Who came first may fail: then the id is still free.
        await (rival === undefined ? enqueue(clientId, username) : rival.done.catch(() => undefined));
      }
    },
    clients: function* () {
      for (const [clientId, username] of known.entries())
        yield unsaved.has(clientId) ? { clientId, username, unsaved: true } : { clientId, username };
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** The oldest first. */
async function load(db: Kysely<Database>): Promise<Map<string, string>> {
  const rows = await db.selectFrom('mqtt_client').select(['client_id', 'username']).orderBy('first_seen_at').execute();
  return new Map(rows.map(({ client_id, username }) => [client_id, username]));
}

/** Writes what is not there, and tells whose the ids are, which may be another's who was first. */
async function write(
  db: Kysely<Database>,
  nowMs: number,
  claims: ReadonlyMap<string, string>,
  dropped: readonly string[],
): Promise<Map<string, string>> {
  const owners = new Map(claims);
  const rows = [...claims].map(([client_id, username]) => ({ client_id, username, first_seen_at: nowMs }));
  await db.transaction().execute(async (trx) => {
    for (const ids of inParts(dropped, ROWS_OF_A_STATEMENT))
      await trx.deleteFrom('mqtt_client').where('client_id', 'in', ids).execute();
    for (const part of inParts(rows, ROWS_OF_A_STATEMENT)) {
      const { numInsertedOrUpdatedRows } = await trx
        .insertInto('mqtt_client')
        .values(part)
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      if (Number(numInsertedOrUpdatedRows) === part.length) continue;
      const ids = part.map(({ client_id }) => client_id);
      const there = trx.selectFrom('mqtt_client').select(['client_id', 'username']).where('client_id', 'in', ids);
      for (const { client_id, username } of await there.execute()) owners.set(client_id, username);
    }
  });
  return owners;
}
