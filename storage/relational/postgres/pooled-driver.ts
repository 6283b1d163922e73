import { CompiledQuery, type DatabaseConnection, type Driver, type QueryResult } from 'kysely';
import type { Pool, PoolClient } from 'pg';

import { statementParameters } from '../statement-parameters.ts';
import { endsConnection, failureOf, failureToConnect } from './failure-of.ts';
import { createTurns, type Turns } from './turns.ts';

/** What {@link PooledDriver} works with. */
export interface PooledDriverOptions {
  pool: Pool;
  /** The database as people may see it. */
  database: string;
  /** Connections that transactions, and as many that single statements, may have; the pool has both. */
  connectionsOfEach: number;
  /** How long one waits for a connection that others have. */
  waitMs: number;
}

/**
 * PostgreSQL over a pool, and the one place where its failures become the platform's. Transactions that wait for another
 * one's locks, an import's say, never take all connections: what is a single statement has connections of its own.
 */
export class PooledDriver implements Driver {
  readonly #pool: Pool;
  readonly #database: string;
  readonly #turns: { transactions: Turns; statements: Turns };

  constructor({ pool, database, connectionsOfEach, waitMs }: PooledDriverOptions) {
    this.#pool = pool;
    this.#database = database;
    this.#turns = {
      transactions: createTurns(connectionsOfEach, waitMs),
      statements: createTurns(connectionsOfEach, waitMs),
    };
    // An idle connection that breaks is gone from the pool already; the next statement tells whether the server is.
    pool.on('error', () => undefined);
    // One that breaks in the hands of a transaction fails its next statement.
    pool.on('connect', (client) => client.on('error', () => undefined));
  }

  init(): Promise<void> {
    return Promise.resolve();
  }

  acquireConnection(): Promise<DatabaseConnection> {
    return Promise.resolve(new Lease(this.#database, (kind) => this.#connect(kind)));
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await leaseOf(connection).begin();
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await leaseOf(connection).rollback();
  }

  releaseConnection(connection: DatabaseConnection): Promise<void> {
    leaseOf(connection).release();
    return Promise.resolve();
  }

  async destroy(): Promise<void> {
    await this.#pool.end();
  }

  async #connect(kind: 'transactions' | 'statements'): Promise<Connected> {
    const turns = this.#turns[kind];
    await turns.take();
    try {
      const client = await this.#pool.connect();
      return {
        client,
        release: (isBroken) => {
          client.release(isBroken);
          turns.give();
        },
      };
    } catch (error) {
      turns.give();
      throw failureToConnect(error, this.#database);
    }
  }
}

interface Connected {
  client: PoolClient;
  release(isBroken: boolean): void;
}

/** What one caller works with: connected when it first asks something, for as long as it is leased. */
class Lease implements DatabaseConnection {
  readonly #database: string;
  readonly #connect: (kind: 'transactions' | 'statements') => Promise<Connected>;
  #connected: Connected | undefined;
  #isBroken = false;

  constructor(database: string, connect: (kind: 'transactions' | 'statements') => Promise<Connected>) {
    this.#database = database;
    this.#connect = connect;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    this.#connected ??= await this.#connect('statements');
    try {
      const parameters = statementParameters(query.parameters);
      const { rows, rowCount } = await this.#connected.client.query(query.sql, parameters);
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

  async begin(): Promise<void> {
    this.#connected ??= await this.#connect('transactions');
    await this.executeQuery(CompiledQuery.raw('begin'));
  }

  /** Never fails: the error that it is for is the one to tell. */
  async rollback(): Promise<void> {
    if (!this.#isBroken) await this.#connected?.client.query('rollback').catch(() => (this.#isBroken = true));
  }

  /** Gives the connection back, or lets it go where it broke. */
  release(): void {
    this.#connected?.release(this.#isBroken);
    this.#connected = undefined;
  }
}

function leaseOf(connection: DatabaseConnection): Lease {
  if (!(connection instanceof Lease)) throw new Error('BUG: a connection of another driver');
  return connection;
}
