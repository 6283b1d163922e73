import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import type { PlatformError } from '../../domain/errors.ts';
import { holdDatabase, type DatabaseHold, type HoldOptions } from '../../storage/relational/postgres/hold-database.ts';
import { eventually } from '../support/eventually.ts';
import { isMissing } from '../support/is-missing.ts';
import { POSTGRES_PASSWORD, startPostgres, type Postgres } from '../support/postgres.ts';

const WITHIN_MS = 20_000;

function hold(url: string, options: Partial<HoldOptions> = {}): DatabaseHold & { told: PlatformError[] } {
  const told: PlatformError[] = [];
  const held = holdDatabase(url, {
    onTaken: (error) => told.push(error),
    onProblem: (error) => told.push(error),
    retryMs: 20,
    patienceMs: 200,
    retakePatienceMs: 200,
    ...options,
  });
  onTestFinished(() => held.release());
  return { ...held, told };
}

describe.skipIf(isMissing('postgresql'))('one platform a database', () => {
  let server: Postgres;
  let end: () => Promise<void> = () => Promise.resolve();
  let made = 0;

  beforeAll(async () => {
    server = await startPostgres({ onEnd: (stop) => (end = stop) });
  });
  afterAll(() => end());

  const newDatabase = (): Promise<string> => server.createDatabase(`held-${made++}`);
  const cutAll = (url: string): Promise<void> =>
    server.asSuperuser(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${new URL(url).pathname.slice(1)}'`,
    );

  test('the second is refused, and told what to do; with the first gone it is let in', async () => {
    const url = await newDatabase();
    const first = hold(url);
    await first.held;
    expect(first.isHeld()).toBe(true);
    const refused = await hold(url).held.then(
      () => undefined,
      (error: unknown) => error as PlatformError,
    );
    expect(refused).toMatchObject({ code: 'database-held', retryable: false });
    expect(refused?.message).toMatch(/in use by another running platform\. Stop that one, or set DATABASE_URL/);
    expect(refused?.message).not.toContain(POSTGRES_PASSWORD);
    await first.release();
    expect(first.isHeld()).toBe(false);
    await hold(url).held;
  });

  test('another database of the same server is free', async () => {
    await hold(await newDatabase()).held;
    await hold(await newDatabase()).held;
  });

  test('a predecessor that is going just now is waited for', async () => {
    const url = await newDatabase();
    const first = hold(url);
    await first.held;
    const second = hold(url, { patienceMs: WITHIN_MS });
    await first.release();
    await second.held;
  });

  test('a connection that breaks is made again, and the database taken again', async () => {
    const url = await newDatabase();
    const first = hold(url);
    await first.held;
    await cutAll(url);
    expect(
      await eventually(
        async () => first.isHeld(),
        (held) => !held,
        WITHIN_MS,
        1,
      ),
    ).toBe(false);
    expect(
      await eventually(
        async () => first.isHeld(),
        (held) => held,
        WITHIN_MS,
        10,
      ),
    ).toBe(true);
    await expect(hold(url).held).rejects.toMatchObject({ code: 'database-held' });
    expect(first.told.filter(({ code }) => code === 'database-held')).toEqual([]);
  });

  test('taken by another while the server was away: the first is told that it must end', async () => {
    const url = await newDatabase();
    const first = hold(url);
    await first.held;
    const other = new Client({ connectionString: url });
    await other.connect();
    onTestFinished(() => other.end());
    // In the server's own queue for what the first has: so it is the next, whatever the first does.
    const locks = `from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`;
    const { rows } = await other.query<{ classid: number; objid: number; pid: number }>(`select * ${locks}`);
    const { classid, objid, pid } = rows[0]!;
    const taken = other.query('select pg_advisory_lock($1, $2)', [classid, objid | 0]);
    const queued = () =>
      server.asSuperuser(`select 1 / count(*) ${locks} and not granted`, new URL(url).pathname.slice(1)).then(
        () => true,
        () => false,
      );
    expect(await eventually(queued, (is) => is, WITHIN_MS, 10)).toBe(true);
    await server.asSuperuser(`select pg_terminate_backend(${pid})`);
    await taken;
    const told = () => Promise.resolve(first.told.map(({ code }) => code));
    expect(await eventually(told, (codes) => codes.includes('database-held'), WITHIN_MS, 10)).toContain(
      'database-held',
    );
    expect(first.isHeld()).toBe(false);
  });

  test('a server that is not there yet is waited for, told once', async () => {
    const own = await startPostgres();
    await own.stop();
    const first = hold(own.url);
    expect(
      await eventually(
        async () => first.told.length,
        (count) => count > 0,
        WITHIN_MS,
        10,
      ),
    ).toBe(1);
    expect(first.told[0]).toMatchObject({ code: 'store-unavailable', retryable: true });
    expect(first.isHeld()).toBe(false);
    await own.restart();
    await first.held;
    await own.kill();
    expect(
      await eventually(
        async () => first.isHeld(),
        (held) => !held,
        WITHIN_MS,
        10,
      ),
    ).toBe(false);
    await own.restart();
    expect(
      await eventually(
        async () => first.isHeld(),
        (held) => held,
        WITHIN_MS,
        10,
      ),
    ).toBe(true);
  });

  test('let go before it was ever held', async () => {
    const own = await startPostgres();
    await own.stop();
    const first = hold(own.url);
    await first.release();
    expect(first.isHeld()).toBe(false);
  });
});
