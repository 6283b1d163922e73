import { sql, type Kysely } from 'kysely';
import { beforeAll, afterAll, describe, expect, onTestFinished, test } from 'vitest';

import { openRegistry } from '../../app/open-registry.ts';
import { messageOf, PlatformError } from '../../domain/errors.ts';
import { writeAudit } from '../../services/accounts/audit.ts';
import { inTransaction } from '../../services/registry/in-transaction.ts';
import { seedRegions } from '../../services/registry/regions.ts';
import { migrate } from '../../storage/relational/migrate.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { freePort } from '../support/free-port.ts';
import { isMissing } from '../support/is-missing.ts';
import { POSTGRES_PASSWORD, postgresUrl, startPostgres, type Postgres } from '../support/postgres.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { makeTestCertificate } from '../support/test-certificate.ts';

const CHANGE = { userId: null, nowMs: 1 };

async function open(url: string): Promise<Kysely<Database>> {
  const db = await openRegistry({ kind: 'postgres', url });
  onTestFinished(() => db.destroy());
  return db;
}

/** What went wrong, as the platform tells it. */
async function failure(work: Promise<unknown>): Promise<PlatformError> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(PlatformError);
  return thrown as PlatformError;
}

/** All that a log could show of an error. */
function shown(error: unknown): string {
  const causes: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) causes.push(at.stack ?? '', JSON.stringify(at));
  return causes.join('\n');
}

describe.skipIf(isMissing('postgresql'))('the registry on PostgreSQL', () => {
  let server: Postgres;
  let made = 0;
  let end: () => Promise<void> = () => Promise.resolve();

  beforeAll(async () => {
    server = await startPostgres({ onEnd: (stop) => (end = stop) });
  });
  afterAll(() => end());

  const newDatabase = (): Promise<string> => server.createDatabase(`contract-${made++}`);

  async function openMigrated(): Promise<Kysely<Database>> {
    const db = await open(await newDatabase());
    await migrate(db);
    return db;
  }

  test.each([
    [
      'nothing listens',
      async () => postgresUrl(await freePort(), 'jieneng'),
      /start PostgreSQL, or check DATABASE_URL/,
    ],
    [
      'a wrong password',
      async () => server.url.replace(POSTGRES_PASSWORD, `${POSTGRES_PASSWORD}X`),
      /refuses the login .* check user and password/,
    ],
    ['no such database', async () => postgresUrl(server.port, 'nothing'), /there is no such database; create it/],
    ['no such host', async () => 'postgresql://u:p@no-such-host.invalid/x', /no address; check DATABASE_URL/],
    ['no TLS there', async () => `${server.url}?sslmode=require`, /does not support SSL/],
  ])(
    'opened, not reached (%s): says what to do, may be tried again, never shows the password',
    async (_, url, says) => {
      const db = await open(await url());
      const asked = [() => migrate(db), () => seedRegions(db), () => db.selectFrom('region').selectAll().execute()];
      for (const ask of asked) {
        const error = await failure(ask());
        expect(error).toMatchObject({ code: 'store-unavailable', retryable: true });
        expect(error.message).toMatch(says);
        expect(shown(error)).not.toContain(POSTGRES_PASSWORD);
      }
    },
  );

  test('a URL that is none is refused without being shown', async () => {
    const error = await failure(openRegistry({ kind: 'postgres', url: 'postgresql://u:secret@:x:y/' }));
    expect(error.code).toBe('config-invalid');
    expect(shown(error)).not.toContain('secret');
  });

  test('two that migrate at once: both find the newest schema', async () => {
    const url = await newDatabase();
    const both = [await open(url), await open(url)];
    await Promise.all(both.map((db) => migrate(db)));
    await seedRegions(both[0]!);
    expect(await both[1]!.selectFrom('region').selectAll().execute()).toHaveLength(11);
  });

  test('a migration that is interrupted leaves nothing behind', async () => {
    const db = await open(await newDatabase());
    await sql`create table calendar (in_the_way integer)`.execute(db);
    expect(await failure(migrate(db))).toMatchObject({ code: 'store-unavailable', retryable: false });
    await sql`drop table calendar`.execute(db);
    await migrate(db);
  });

  test('a database that cannot hold Chinese is refused', async () => {
    await server.asSuperuser(`create database ascii owner jieneng template template0 encoding 'SQL_ASCII' locale 'C'`);
    const error = await failure(migrate(await open(postgresUrl(server.port, 'ascii'))));
    expect(error.code).toBe('config-invalid');
    expect(error.message).toMatch(/SQL_ASCII; make one with encoding UTF8/);
  });

  test('numbers come back as numbers, text in the order of its bytes', async () => {
    const db = await openMigrated();
    const { rows } = await sql<{ one: unknown; two: unknown; three: unknown; four: unknown }>`
      select count(*) as one, sum(2::bigint) as two, true as three, 9007199254740991::bigint as four`.execute(db);
    expect(rows).toEqual([{ one: 1, two: 2, three: 1, four: Number.MAX_SAFE_INTEGER }]);
    for (const username of ['b', 'B', 'a-1', 'a1', '张', 'é']) {
      const row = { id: username, username, password_hash: '', role: 'admin', created_at: 1, locked_until: null };
      await db
        .insertInto('app_user')
        .values({ ...row, institution_id: null, region_code: null })
        .execute();
    }
    const sorted = await db.selectFrom('app_user').select('username').orderBy('username').execute();
    expect(sorted.map(({ username }) => username)).toEqual(['B', 'a-1', 'a1', 'b', 'é', '张']);
  });

  test('a row that there is already is a conflict; its transaction leaves nothing', async () => {
    const db = await openMigrated();
    await seedRegions(db);
    const again = { code: '150200', name_zh: 'x', name_en: 'x', kind: 'city', parent_code: null };
    const work = db.transaction().execute(async (trx) => {
      await writeAudit(trx, CHANGE, { action: 'a', object: 'o' });
      await trx.insertInto('region').values(again).execute();
    });
    expect(await failure(work)).toMatchObject({ code: 'conflict', retryable: false });
    expect(await db.selectFrom('audit').selectAll().execute()).toEqual([]);
  });

  test('while many wait for a long transaction, what only reads goes on', async () => {
    const db = await openMigrated();
    let commit = (): void => undefined;
    const told = new Promise<void>((resolve) => (commit = resolve));
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const long = inTransaction(db, async () => {
      begin();
      await told;
    });
    await begun;
    const waiting = Array.from({ length: 12 }, () => inTransaction(db, () => Promise.resolve('done')));
    for (let index = 0; index < 20; index++) await db.selectFrom('region').selectAll().execute();
    commit();
    await long;
    expect(await Promise.all(waiting)).toEqual(waiting.map(() => 'done'));
    const { revision } = await db.selectFrom('registry_state').select('revision').executeTakeFirstOrThrow();
    expect(revision).toBe(13);
  });

  test('two that lock each other out: one goes on, the other is told to try again', async () => {
    const db = await openMigrated();
    await seedRegions(db);
    const name = (trx: Kysely<Database>, code: string) =>
      trx.updateTable('region').set({ name_en: 'x' }).where('code', '=', code).execute();
    let arrived = 0;
    let bothThere = (): void => undefined;
    const both = new Promise<void>((resolve) => (bothThere = resolve));
    const cross = (first: string, second: string) =>
      db.transaction().execute(async (trx) => {
        await name(trx, first);
        if (++arrived === 2) bothThere();
        await both;
        await name(trx, second);
      });
    const outcomes = await Promise.allSettled([cross('150202', '150203'), cross('150203', '150202')]);
    const [failed] = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(failed?.reason).toMatchObject({ code: 'store-unavailable', retryable: true });
  });

  test('more connections than the server has: told what to do', async () => {
    const small = await startPostgres({ config: { max_connections: '8', superuser_reserved_connections: '3' } });
    const three = await Promise.all([open(small.url), open(small.url), open(small.url)]);
    const asked = three.flatMap((db) => [1, 2, 3, 4].map(() => sql`select pg_sleep(0.5)`.execute(db)));
    const refused = (await Promise.allSettled(asked)).filter((outcome) => outcome.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    for (const { reason } of refused) {
      expect(reason).toMatchObject({ code: 'store-unavailable', retryable: true });
      expect(messageOf(reason)).toMatch(/all its connections are taken; raise max_connections/);
    }
    // Who has a connection goes on; who got none may have to wait for the others to end.
    const again = await Promise.allSettled(three.map((db) => sql`select 1`.execute(db)));
    expect(again.map(({ status }) => status)).toContain('fulfilled');
  });

  test.each(['stop', 'kill'] as const)('%s in the middle of everything: told, and back by itself', async (how) => {
    const own = await startPostgres();
    const db = await open(own.url);
    await migrate(db);
    await seedRegions(db);
    const interrupted = db.transaction().execute(async (trx) => {
      await trx.updateTable('region').set({ name_en: 'lost' }).execute();
      await own[how]();
      await trx.updateTable('region').set({ name_en: 'lost too' }).execute();
    });
    expect(await failure(interrupted)).toMatchObject({ code: 'store-unavailable', retryable: true });
    expect(await failure(seedRegions(db))).toMatchObject({ code: 'store-unavailable', retryable: true });
    await own.restart();
    const rows = await db.selectFrom('region').select('name_en').orderBy('code').execute();
    expect(rows[0]).toEqual({ name_en: 'Baotou City' });
    await seedRegions(db);
  });

  test('TLS: sslmode as psql has it', async () => {
    const folder = await tempFolder();
    const tls = makeTestCertificate(folder, 'postgres');
    const other = makeTestCertificate(folder, 'other');
    const own = await startPostgres({ tls });
    const reach = async (options: string): Promise<string> => {
      const db = await openRegistry({ kind: 'postgres', url: `${own.url}?${options}` });
      try {
        const { rows } = await sql<{ ssl: number }>`
          select ssl from pg_stat_ssl where pid = pg_backend_pid()`.execute(db);
        return rows[0]?.ssl === 1 ? 'encrypted' : 'plain';
      } catch (error) {
        return `refused: ${messageOf(error)}`;
      } finally {
        await db.destroy();
      }
    };
    expect(await reach('sslmode=disable')).toBe('plain');
    expect(await reach('sslmode=require')).toBe('encrypted');
    expect(await reach('sslmode=verify-full')).toMatch(/^refused: .*self-signed certificate/);
    expect(await reach(`sslmode=verify-full&sslrootcert=${tls.certFile}`)).toBe('encrypted');
    expect(await reach(`sslmode=verify-ca&sslrootcert=${other.certFile}`)).toMatch(/^refused: /);
  });
});
