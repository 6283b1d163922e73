import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import type { Pool, PoolClient } from 'pg';

import { statementParameters } from '../statement-parameters.ts';
import { endsConnection, failureOf, failureToConnect } from './failure-of.ts';

/** PostgreSQL over a pool whose failures are the platform's: the one place where the server's errors are translated. */
export class PooledDriver implements Driver {
  readonly #pool: Pool;
  readonly #database: string;

  /** `database` is its name as people may see it. */
  constructor(pool: Pool, database: string) {
    this.#pool = pool;
    this.#database = database;
    // An idle connection that breaks is gone from the pool already; the next statement tells whether the server is.
    pool.on('error', () => undefined);
    // One that breaks in the hands of a transaction fails its next statement.
    pool.on('connect', (client) => client.on('error', () => undefined));
  }

  init(): Promise<void> {
    return Promise.resolve();
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    try {
      return new Lease(await this.#pool.connect(), this.#database);
    } catch (error) {
      throw failureToConnect(error, this.#database);
    }
  }

  async beginTransaction(connection: DatabaseConnection, { accessMode }: TransactionSettings): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(accessMode === undefined ? 'begin' : `begin ${accessMode}`));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await leaseOf(connection).rollback();
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    leaseOf(connection).release();
  }

  async destroy(): Promise<void> {
    await this.#pool.end();
  }
}

class Lease implements DatabaseConnection {
  readonly #client: PoolClient;
  readonly #database: string;
  #isBroken = false;

  constructor(client: PoolClient, database: string) {
    this.#client = client;
    this.#database = database;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    try {
      const { rows, rowCount } = await this.#client.query(query.sql, statementParameters(query.parameters));
      return { rows: rows as Row[], numAffectedRows: BigInt(rowCount ?? 0) };
    } catch (error) {
      if (endsConnection(error)) this.#isBroken = true;
      throw failureOf(error, this.#database);
    }
  }

  // The registry's lists are pages; nothing reads a table as a stream.
  // oxlint-disable-next-line require-yield
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('BUG: the registry database does not stream');
  }

  /** Never fails: the error that it is for is the one to tell. */
  async rollback(): Promise<void> {
    if (!this.#isBroken) await this.#client.query('rollback').catch(() => (this.#isBroken = true));
  }

  /** Gives the connection back, or lets it go where it broke. */
  release(): void {
    this.#client.release(this.#isBroken);
  }
}

function leaseOf(connection: DatabaseConnection): Lease {
  if (!(connection instanceof Lease)) throw new Error('BUG: a connection of another driver');
  return connection;
}
