import { messageOf, PlatformError } from '../../../domain/errors.ts';

/** DuckDB's failures in the platform's terms: a file that another process holds, else a store that may recover. */
export function duckdbError(thrown: unknown): PlatformError {
  if (thrown instanceof PlatformError) return thrown;
  const message = messageOf(thrown);
  if (/could not set lock|conflicting lock/i.test(message))
    return new PlatformError('data-folder-held', `The readings file is held by another process: ${message}`, {
      cause: thrown,
    });
  return new PlatformError('store-unavailable', `DuckDB: ${message}`, { retryable: true, cause: thrown });
}
