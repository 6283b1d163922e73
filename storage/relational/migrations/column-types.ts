import { PostgresAdapter, sql, type CreateTableBuilder, type Kysely, type RawBuilder } from 'kysely';

/** The column types in which the two engines differ. */
export interface ColumnTypes {
  /** Text that sorts by its bytes on both, as JavaScript's own `<` nearly does. */
  text: 'text' | RawBuilder<unknown>;
  bytes: 'blob' | 'bytea';
  /** A whole number of any size that JavaScript counts to. */
  integer: 'integer' | 'bigint';
  /** Adds a primary key `id` that counts up by itself. */
  withId<Table extends string>(table: CreateTableBuilder<Table>): CreateTableBuilder<Table, 'id'>;
}

/** The column types of the engine behind `db`. */
export function columnTypes(db: Kysely<unknown>): ColumnTypes {
  return isPostgres(db)
    ? {
        text: sql`text collate "C"`,
        bytes: 'bytea',
        integer: 'bigint',
        withId: (table) => table.addColumn('id', 'bigint', (c) => c.primaryKey().generatedByDefaultAsIdentity()),
      }
    : {
        text: 'text',
        bytes: 'blob',
        integer: 'integer',
        withId: (table) => table.addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement()),
      };
}

function isPostgres(db: Kysely<unknown>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}
