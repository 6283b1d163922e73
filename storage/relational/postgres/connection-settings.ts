import { types, type ClientConfig } from 'pg';

import { PlatformError } from '../../../domain/errors.ts';

/** A server that does not answer within this is one that is not there. */
const CONNECT_TIMEOUT_MS = 5000;
/** The longest statement is one that waits for an import to commit. */
const STATEMENT_TIMEOUT_MS = 120_000;
/** A server that vanished without a word: longer than the server's own limit. */
const ANSWER_TIMEOUT_MS = 150_000;
/** A transaction whose client has stopped in the middle lets go of its locks. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 300_000;
const KEEP_ALIVE_AFTER_MS = 10_000;

const BOOL = 16;
const INT8 = 20;
const NUMERIC = 1700;

/**
 * How a client of the server at `url` connects and reads values: whole numbers, sums and counts are numbers, true and
 * false are 1 and 0, as SQLite has them. `sslmode` means what it means to psql. Throws PlatformError `config-invalid`.
 */
export function connectionSettings(url: string): ClientConfig {
  return {
    connectionString: withLibpqTls(url),
    application_name: 'jieneng',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    types: { getTypeParser },
  };
}

/** The server and database of a URL, as people may see it: without user, password and options. */
export function databaseName(url: string): string {
  const { host, pathname } = parse(url);
  return `${host}${pathname}`;
}

// Otherwise the driver takes `require` for `verify-full` today, says so on standard error, and will not tomorrow.
function withLibpqTls(url: string): string {
  const parsed = parse(url);
  if (!parsed.searchParams.has('sslmode') || parsed.searchParams.has('uselibpqcompat')) return url;
  parsed.searchParams.set('uselibpqcompat', 'true');
  return parsed.href;
}

function parse(url: string): URL {
  try {
    return new URL(url);
  } catch {
    // The error of the parser would show the password.
    throw new PlatformError('config-invalid', 'DATABASE_URL is not postgresql://user:password@host:5432/database');
  }
}

function getTypeParser(oid: number, format?: 'text' | 'binary'): unknown {
  if (format !== 'binary') {
    if (oid === INT8 || oid === NUMERIC) return Number;
    if (oid === BOOL) return (text: string) => (text === 't' ? 1 : 0);
  }
  return types.getTypeParser(oid, format);
}
