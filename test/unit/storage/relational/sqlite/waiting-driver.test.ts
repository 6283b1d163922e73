import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { sql, type Kysely } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';

import { seedRegions } from '../../../../../services/registry/regions.ts';
import { migrate } from '../../../../../storage/relational/migrate.ts';
import type { Database } from '../../../../../storage/relational/schema.ts';
import { openSqlite } from '../../../../../storage/relational/sqlite/open-sqlite.ts';
import { tempFolder } from '../../../../support/temp-folder.ts';

const WRITER = fileURLToPath(new URL('../../../../support/write-audit.ts', import.meta.url));

/** Two that have one file open, as two threads do. */
async function openTwice(): Promise<[Kysely<Database>, Kysely<Database>]> {
  const file = join(await tempFolder(), 'registry.sqlite');
  const both = [openSqlite(file), openSqlite(file)] as const;
  for (const db of both) onTestFinished(() => db.destroy());
  await migrate(both[0]);
  return [...both];
}

function note(db: Kysely<Database>, object: string): Promise<unknown> {
  return db
    .insertInto('audit')
    .values({ at: 1, user_id: null, action: 'a', object, before: null, after: null })
    .execute();
}

async function noted(db: Kysely<Database>): Promise<string[]> {
  return (await db.selectFrom('audit').select('object').orderBy('id').execute()).map(({ object }) => object);
}

/** A transaction that has written, and commits when it is told to. */
function hold(db: Kysely<Database>): { begun: Promise<void>; commit(): void; done: Promise<void> } {
  let commit = (): void => undefined;
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const told = new Promise<void>((resolve) => (commit = resolve));
  const done = db.transaction().execute(async (trx) => {
    await note(trx, 'held');
    begin();
    await told;
  });
  return { begun, commit: () => commit(), done };
}

test.each([
  ['a statement', (db: Kysely<Database>) => note(db, 'second')],
  ['a transaction', (db: Kysely<Database>) => db.transaction().execute((trx) => note(trx, 'second'))],
])('%s waits for the transaction of another, and the event loop goes on', async (_, write) => {
  const [one, other] = await openTwice();
  const held = hold(one);
  await held.begun;
  let isWritten = false;
  const written = write(other).then(() => (isWritten = true));
  // A thread that waited in SQLite itself would not come here: who is waited for is on it too.
  for (let turns = 0; turns < 50; turns++) await setTimeout(1);
  expect(isWritten).toBe(false);
  expect(await noted(other)).toEqual([]);
  held.commit();
  await Promise.all([held.done, written]);
  // Committed, not only seen by who wrote it.
  expect(await noted(one)).toEqual(['held', 'second']);
  await note(one, 'third');
  expect(await noted(other)).toEqual(['held', 'second', 'third']);
});

test('what only reads waits for nobody, not for a transaction of its own thread either', async () => {
  const [db] = await openTwice();
  const held = hold(db);
  await held.begun;
  expect(await noted(db)).toEqual([]);
  held.commit();
  await held.done;
  expect(await noted(db)).toEqual(['held']);
});

test('transactions of one thread come one after the other, each whole', async () => {
  const [db] = await openTwice();
  const steps: string[] = [];
  const transaction = (name: string) =>
    db.transaction().execute(async (trx) => {
      for (const step of [1, 2]) {
        await note(trx, `${name}${step}`);
        steps.push(`${name}${step}`);
        await setImmediate();
      }
    });
  await Promise.all([transaction('a'), transaction('b'), transaction('c')]);
  expect(steps).toEqual(['a1', 'a2', 'b1', 'b2', 'c1', 'c2']);
  expect(await noted(db)).toEqual(steps);
});

test('a transaction that fails leaves nothing, and lets the next one in', async () => {
  const [db, other] = await openTwice();
  const failing = db.transaction().execute(async (trx) => {
    await note(trx, 'lost');
    throw new Error('on purpose');
  });
  await expect(failing).rejects.toThrow('on purpose');
  await db.transaction().execute((trx) => note(trx, 'kept'));
  expect(await noted(other)).toEqual(['kept']);
});

test('a second row of a key is a conflict, within a transaction and without', async () => {
  const [db] = await openTwice();
  await seedRegions(db);
  const again = { code: '150200', name_zh: 'x', name_en: 'x', kind: 'city', parent_code: null };
  await expect(db.insertInto('region').values(again).execute()).rejects.toMatchObject({ code: 'conflict' });
  await expect(
    db.transaction().execute((trx) => trx.insertInto('region').values(again).execute()),
  ).rejects.toMatchObject({ code: 'conflict', retryable: false });
});

test('processes that all write at once lose nothing', async () => {
  const [db] = await openTwice();
  const { file } = (await sql<{ file: string }>`select file from pragma_database_list`.execute(db)).rows[0]!;
  const others = ['a', 'b'].map((name) =>
    spawn(process.execPath, ['--import', 'tsx', WRITER, file, name, '60'], { stdio: 'inherit' }),
  );
  const ended = others.map((child) => once(child, 'exit'));
  for (let index = 0; others.some(({ exitCode }) => exitCode === null) || index < 60; index++) {
    await db.transaction().execute((trx) => note(trx, `main/${index}`));
  }
  expect((await Promise.all(ended)).map(([code]) => code as number)).toEqual([0, 0]);
  const rows = (await noted(db)).filter((object) => !object.startsWith('main/'));
  expect(new Set(rows).size).toBe(120);
});

test('a migration that is interrupted leaves nothing behind', async () => {
  const db = openSqlite(join(await tempFolder(), 'registry.sqlite'));
  onTestFinished(() => db.destroy());
  await sql`create table calendar (in_the_way integer)`.execute(db);
  await expect(migrate(db)).rejects.toMatchObject({ code: 'store-unavailable', retryable: false });
  await sql`drop table calendar`.execute(db);
  await migrate(db);
  await seedRegions(db);
});
