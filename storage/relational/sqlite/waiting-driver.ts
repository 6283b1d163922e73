import {
  RawNode,
  SelectQueryNode,
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
} from 'kysely';
import type LibsqlDatabase from 'libsql';

import { keyTaken, referenceBroken } from '../constraint-errors.ts';
import { statementParameters } from '../statement-parameters.ts';
import { whenFree } from './when-free.ts';
import { createWriteTurns } from './write-turns.ts';

/** Two connections to one file: transactions go over one, one after the other, all else over the other. */
export interface SqliteConnections {
  forTransactions: LibsqlDatabase.Database;
  forStatements: LibsqlDatabase.Database;
}

/**
 * SQLite for a thread that has other things to do. Transactions take the write lock at their beginning: one that only
 * finds out half-way that it wants to write fails at once when another thread has written meanwhile; one that asks first
 * merely waits its turn. Whoever waits, be it for a transaction of this thread or of another one, waits asynchronously,
 * and what only reads waits for nobody.
 */
export class WaitingDriver implements Driver {
  readonly #connections: SqliteConnections;
  readonly #turns = createWriteTurns();
  #isClosing = false;

  constructor(connections: SqliteConnections) {
    this.#connections = connections;
  }

  init(): Promise<void> {
    return Promise.resolve();
  }

  acquireConnection(): Promise<DatabaseConnection> {
    return Promise.resolve(new Lease(this.#connections, () => this.#isClosing));
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await leaseOf(connection).begin(await this.#turns.take());
  }

  commitTransaction(connection: DatabaseConnection): Promise<void> {
    return leaseOf(connection).commit();
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    leaseOf(connection).rollback();
  }

  releaseConnection(): Promise<void> {
    return Promise.resolve();
  }

  async destroy(): Promise<void> {
    this.#isClosing = true;
    await this.#turns.settled();
    this.#connections.forTransactions.close();
    this.#connections.forStatements.close();
  }
}

/** What one caller works with: the connection for statements, and within a transaction the other. */
class Lease implements DatabaseConnection {
  readonly #connections: SqliteConnections;
  readonly #isClosing: () => boolean;
  #endTransaction: (() => void) | undefined;

  constructor(connections: SqliteConnections, isClosing: () => boolean) {
    this.#connections = connections;
    this.#isClosing = isClosing;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const { forTransactions, forStatements } = this.#connections;
    const work = (connection: LibsqlDatabase.Database): QueryResult<Row> =>
      run<Row>(connection, query.sql, statementParameters(query.parameters));
    if (this.#endTransaction !== undefined) return work(forTransactions);
    if (isRead(query)) return this.#whenFree(() => work(forStatements));
    // A statement that found another writing stays as good as begun until it is collected, and the connection's next
    // write is not committed before that. `begin` has no such memory.
    return this.#whenFree(() => {
      forStatements.exec('begin immediate');
      try {
        const result = work(forStatements);
        forStatements.exec('commit');
        return result;
      } catch (error) {
        if (forStatements.inTransaction) forStatements.exec('rollback');
        throw error;
      }
    });
  }

  // The registry's lists are pages; nothing reads a table as a stream.
  // oxlint-disable-next-line require-yield
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('BUG: the registry database does not stream');
  }

  async begin(end: () => void): Promise<void> {
    try {
      await this.#whenFree(() => this.#connections.forTransactions.exec('begin immediate'));
    } catch (error) {
      end();
      throw error;
    }
    this.#endTransaction = end;
  }

  async commit(): Promise<void> {
    await this.#whenFree(() => this.#connections.forTransactions.exec('commit'));
    this.#end();
  }

  rollback(): void {
    try {
      // A full disk has ended it already; the error that it was for is the one to tell.
      if (this.#connections.forTransactions.inTransaction) this.#connections.forTransactions.exec('rollback');
    } finally {
      this.#end();
    }
  }

  #end(): void {
    this.#endTransaction?.();
    this.#endTransaction = undefined;
  }

  #whenFree<T>(statement: () => T): Promise<T> {
    return whenFree(statement, this.#isClosing);
  }
}

function isRead({ query, sql }: CompiledQuery): boolean {
  return SelectQueryNode.is(query) || (RawNode.is(query) && /^\s*select\b/i.test(sql));
}

function leaseOf(connection: DatabaseConnection): Lease {
  if (!(connection instanceof Lease)) throw new Error('BUG: a connection of another driver');
  return connection;
}

function run<Row>(connection: LibsqlDatabase.Database, statementText: string, parameters: unknown[]): QueryResult<Row> {
  try {
    const statement = connection.prepare(statementText);
    if (statement.reader) return { rows: withBuffers(statement.all(parameters) as Row[]) };
    const { changes, lastInsertRowid } = statement.run(parameters);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (DOUBLES.has(code)) throw keyTaken(error);
    throw code === 'SQLITE_CONSTRAINT_FOREIGNKEY' ? referenceBroken(error) : error;
  }
}

// SQLite hands over bare memory where PostgreSQL has a Buffer. No column of bytes has a null.
function withBuffers<Row>(rows: Row[]): Row[] {
  for (const [column, value] of Object.entries(rows[0] ?? {})) {
    if (!(value instanceof ArrayBuffer)) continue;
    for (const row of rows as Record<string, ArrayBuffer>[])
      Object.assign(row, { [column]: Buffer.from(row[column]!) });
  }
  return rows;
}

const DOUBLES: ReadonlySet<string> = new Set(['SQLITE_CONSTRAINT_PRIMARYKEY', 'SQLITE_CONSTRAINT_UNIQUE']);
