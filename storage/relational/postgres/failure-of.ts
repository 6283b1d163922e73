import { DatabaseError } from 'pg';

import { PlatformError } from '../../../domain/errors.ts';
import { keyTaken, referenceBroken } from '../constraint-errors.ts';

/** Classes of SQLSTATE that say the server cannot serve now: connection, resources, operator, system, internal. */
const SERVER_CLASSES: ReadonlySet<string> = new Set(['08', '53', '57', '58']);
/** A deadlock, a serialization failure, a lock or transaction that took too long: the same call works again. */
const RETRYABLE: ReadonlySet<string> = new Set(['40P01', '40001', '55P03', '25P03', '25P04', '25006']);
const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';
const DISK_FULL = '53100';

/** Whether the connection can be used no more after this error. */
export function endsConnection(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return isConnectionLost(error);
  const { code = '' } = error;
  // 57014: only the statement was cancelled.
  return code.startsWith('08') || (code.startsWith('57') && code !== '57014') || code === '25P03';
}

/** A connection that could not be made: always `store-unavailable`, retryable, with what is to be done. */
export function failureToConnect(error: unknown, database: string): PlatformError {
  return new PlatformError('store-unavailable', `The database ${database} cannot be reached: ${adviceOn(error)}`, {
    retryable: true,
    cause: error,
  });
}

/**
 * What a failed statement is to the platform: `store-unavailable` (retryable) where connection or server failed,
 * `conflict` where another was faster, else the server's own error.
 */
export function failureOf(error: unknown, database: string): unknown {
  if (!(error instanceof DatabaseError)) {
    return isConnectionLost(error) ? interrupted(error.message, database, error) : error;
  }
  const { code = '', message } = error;
  if (code === UNIQUE_VIOLATION) return keyTaken(error);
  if (code === FOREIGN_KEY_VIOLATION) return referenceBroken(error);
  if (RETRYABLE.has(code) || SERVER_CLASSES.has(code.slice(0, 2))) return interrupted(message, database, error);
  return error;
}

// Those of sockets have codes as ECONNRESET, the driver's own have none.
function isConnectionLost(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return /^E[A-Z]+$/.test(code) || /^Connection terminated|not queryable$|^Query read timeout$/.test(error.message);
}

function interrupted(message: string, database: string, cause: Error): PlatformError {
  const isFull = cause instanceof DatabaseError && cause.code === DISK_FULL;
  return new PlatformError(
    'store-unavailable',
    isFull
      ? `The disk of the database ${database} is full: ${message}; give it room`
      : `The database ${database} did not finish what it was asked for: ${message}`,
    { retryable: true, cause },
  );
}

function adviceOn(error: unknown): string {
  const { code = '', message } = error as { code?: string; message: string };
  if (code === 'ECONNREFUSED') return 'nothing listens there; start PostgreSQL, or check DATABASE_URL';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its host has no address; check DATABASE_URL and the DNS';
  if (code.startsWith('28')) return `it refuses the login (${message}); check user and password in DATABASE_URL`;
  if (code === '3D000') return 'there is no such database; create it, or check DATABASE_URL';
  if (code === '53300') return 'all its connections are taken; raise max_connections, or end others';
  if (code.startsWith('57')) return `it is starting or stopping (${message})`;
  if (/timeout/i.test(message)) return `no connection within the time allowed (${message}); is the server overloaded?`;
  return message;
}
