import { messageOf, PlatformError } from '../../../domain/errors.ts';

/** DuckDB's failures in the platform's terms: a file that another process holds, else a store that may recover. */
export function duckdbError(thrown: unknown): PlatformError {
  if (thrown instanceof PlatformError) return thrown;
  const message = messageOf(thrown);
  if (/could not set lock|conflicting lock/i.test(message))
    return new PlatformError('data-folder-held', `The readings file is held by another process: ${message}`, {
      cause: thrown,
    });
  const advice = /no space left|disk quota/i.test(message)
    ? '. It goes on by itself when there is room on the disk'
    : '';
  return new PlatformError('store-unavailable', `DuckDB: ${message}${advice}`, { retryable: true, cause: thrown });
}

/** A failure to open `file`: one that is damaged is not opened, and never removed, by itself. */
export function duckdbOpenError(thrown: unknown, file: string): PlatformError {
  const message = messageOf(thrown);
  if (!/Corrupt (WAL|database) file|not a valid DuckDB database file/.test(message)) return duckdbError(thrown);
  return new PlatformError(
    'store-unavailable',
    `The readings file is damaged and cannot be opened. Move ${file} and ${file}.wal aside and run \`restore\`, which ` +
      `stores everything again that the raw archive and the spool hold. DuckDB: ${message}`,
    { cause: thrown },
  );
}

/** True for a failure after which DuckDB answers nothing until its file is opened anew. */
export function isInvalidated(thrown: unknown): boolean {
  return /FATAL Error|database has been invalidated/.test(messageOf(thrown));
}
