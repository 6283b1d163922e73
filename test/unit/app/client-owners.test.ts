import type { Kysely } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';

import { createClientOwners } from '../../../app/client-owners.ts';
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
});

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
