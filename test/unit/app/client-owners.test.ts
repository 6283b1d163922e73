import type { Kysely } from 'kysely';
import { expect, onTestFinished, test, vi } from 'vitest';

import { createClientOwners } from '../../../app/client-owners.ts';
import { PlatformError } from '../../../domain/errors.ts';
import type { Database } from '../../../storage/relational/schema.ts';
import { openRegistry } from '../../support/open-registry.ts';

async function open(): Promise<Kysely<Database>> {
  const { db, close } = await openRegistry();
  onTestFinished(close);
  return db;
}

async function rowsOf(db: Kysely<Database>): Promise<number> {
  const { count } = await db
    .selectFrom('mqtt_client')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

test('a client id belongs to the user that first used it, over a restart too', async () => {
  const db = await open();
  const owners = createClientOwners(db, () => 1);
  expect(await owners.claim('a', 'c1')).toBe(true);
  expect(await owners.claim('a', 'c1')).toBe(true);
  expect(await owners.claim('a', 'c2')).toBe(false);
  const afterRestart = createClientOwners(db, () => 2);
  expect(await afterRestart.claim('a', 'c2')).toBe(false);
  expect(await afterRestart.claim('a', 'c1')).toBe(true);
});

test('ids made up at random do not fill the table: the oldest make room', async () => {
  const db = await open();
  let nowMs = 0;
  const owners = createClientOwners(db, () => nowMs++);
  for (let index = 0; index < 1010; index++) expect(await owners.claim(`id-${index}`, 'c1')).toBe(true);
  expect(await rowsOf(db)).toBe(1000);
  expect(await owners.claim('id-0', 'c2')).toBe(true);
  expect(await owners.claim('id-1009', 'c2')).toBe(false);
  expect(await createClientOwners(db, () => nowMs).claim('id-1009', 'c2')).toBe(false);
  // A thousand commits, one behind the other.
}, 30_000);

test('a storm of new ids is written in a few transactions, and each is answered after its row stands', async () => {
  const db = await open();
  let transactions = 0;
  const counted = new Proxy(db, {
    get: (target, name) => {
      if (name === 'transaction') transactions++;
      return boundTo(target, name);
    },
  });
  const owners = createClientOwners(counted, () => 1);
  const claims = Array.from({ length: 2000 }, (_, index) => owners.claim(`id-${index}`, `c${index % 400}`));
  expect(new Set(await Promise.all(claims))).toEqual(new Set([true]));
  expect(await rowsOf(db)).toBe(2000);
  expect(transactions).toBeLessThanOrEqual(3);
});

test('of two users that claim an id at once one gets it, and the other knows at once', async () => {
  const db = await open();
  const owners = createClientOwners(db, () => 1);
  const both = await Promise.all([owners.claim('a', 'c1'), owners.claim('a', 'c2'), owners.claim('a', 'c1')]);
  expect(both).toEqual([true, false, true]);
});

test('a registry that fails refuses, and is asked again the next time', async () => {
  const db = await open();
  let isDown = true;
  const failing = new Proxy(db, {
    get: (target, name) => {
      if (isDown && (name === 'transaction' || name === 'selectFrom')) throw new Error('the disk is gone');
      return boundTo(target, name);
    },
  });
  const owners = createClientOwners(failing, () => 1);
  await expect(owners.claim('a', 'c1')).rejects.toThrow('the disk is gone');
  isDown = false;
  expect(await owners.claim('b', 'c1')).toBe(true);
  isDown = true;
  const rivals = await Promise.allSettled([owners.claim('a', 'c1'), owners.claim('a', 'c2')]);
  expect(rivals.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isDown = false;
  expect(await owners.claim('a', 'c2')).toBe(true);
});

// Kysely's methods work on Kysely itself only.
function boundTo(db: Kysely<Database>, name: string | symbol): unknown {
  const value: unknown = Reflect.get(db, name);
  return typeof value === 'function' ? (value.bind(db) as unknown) : value;
}

/** A registry that answers only while it is up, as one on a server that is stopped. */
function stoppable(db: Kysely<Database>): { db: Kysely<Database>; stop(): void; start(): void } {
  let isDown = false;
  const stopped = new PlatformError('store-unavailable', 'The database cannot be reached', { retryable: true });
  const proxied = new Proxy(db, {
    get: (target, name) => {
      if (isDown && (name === 'transaction' || name === 'selectFrom')) throw stopped;
      return boundTo(target, name);
    },
  });
  return { db: proxied, stop: () => (isDown = true), start: () => (isDown = false) };
}

async function ownersIn(db: Kysely<Database>): Promise<[string, string][]> {
  const rows = await db.selectFrom('mqtt_client').select(['client_id', 'username']).orderBy('client_id').execute();
  return rows.map(({ client_id, username }) => [client_id, username]);
}

test('while the registry is down known ids stay known, new ones are taken in memory, and are written when it is back', async () => {
  const db = await open();
  const server = stoppable(db);
  const owners = createClientOwners(server.db, () => 1, { copied: [], retryMs: 1 });
  onTestFinished(() => owners.close());
  expect(await owners.claim('a', 'c1')).toBe(true);
  server.stop();
  expect(await owners.claim('a', 'c1')).toBe(true);
  expect(await owners.claim('a', 'c2')).toBe(false);
  const both = await Promise.all([owners.claim('b', 'c1'), owners.claim('b', 'c2')]);
  expect(both).toEqual([true, false]);
  expect([...owners.clients()]).toEqual([
    { clientId: 'a', username: 'c1' },
    { clientId: 'b', username: 'c1', unsaved: true },
  ]);
  expect(await ownersIn(db)).toEqual([['a', 'c1']]);
  server.start();
  await vi.waitFor(async () =>
    expect(await ownersIn(db)).toEqual([
      ['a', 'c1'],
      ['b', 'c1'],
    ]),
  );
  await vi.waitFor(() => expect([...owners.clients()].some(({ unsaved }) => unsaved)).toBe(false));
});

test('started while the registry is down it knows what was copied, and writes what an earlier process could not', async () => {
  const db = await open();
  const server = stoppable(db);
  await createClientOwners(db, () => 1).claim('late', 'c3');
  server.stop();
  const copied = [
    { clientId: 'a', username: 'c1', unsaved: true },
    { clientId: 'b', username: 'c2' },
  ];
  const owners = createClientOwners(server.db, () => 2, { copied, retryMs: 1 });
  onTestFinished(() => owners.close());
  expect(await owners.claim('a', 'c2')).toBe(false);
  expect(await owners.claim('b', 'c2')).toBe(true);
  server.start();
  await vi.waitFor(async () =>
    expect(await ownersIn(db)).toEqual([
      ['a', 'c1'],
      ['late', 'c3'],
    ]),
  );
  await vi.waitFor(async () => expect(await owners.claim('late', 'c1')).toBe(false));
});

test('an id that somebody else had first, in the registry, is that one’s, and it is told', async () => {
  const db = await open();
  const server = stoppable(db);
  const lost: unknown[] = [];
  const owners = createClientOwners(server.db, () => 2, {
    copied: [],
    retryMs: 1,
    onLost: (client, owner) => lost.push([client.clientId, client.username, owner]),
  });
  onTestFinished(() => owners.close());
  server.stop();
  expect(await owners.claim('a', 'c1')).toBe(true);
  await createClientOwners(db, () => 1).claim('a', 'c2');
  server.start();
  await vi.waitFor(() => expect(lost).toEqual([['a', 'c1', 'c2']]));
  expect(await owners.claim('a', 'c1')).toBe(false);
  expect(await owners.claim('a', 'c2')).toBe(true);
});

test('ids made up at random make room while the registry is down too', async () => {
  const db = await open();
  const server = stoppable(db);
  const owners = createClientOwners(server.db, () => 1, { copied: [], retryMs: 1 });
  onTestFinished(() => owners.close());
  expect(await owners.claim('first', 'c1')).toBe(true);
  server.stop();
  for (let index = 0; index < 1100; index++) await owners.claim(`id-${index}`, 'c1');
  expect([...owners.clients()]).toHaveLength(1000);
  server.start();
  await vi.waitFor(async () => expect(await rowsOf(db)).toBe(1000));
  expect((await ownersIn(db)).some(([id]) => id === 'first')).toBe(false);
});
