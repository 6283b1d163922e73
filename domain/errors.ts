/** Every code an operation of the platform can fail with. An error code is stable: clients may match on it. */
export type ErrorCode =
  | 'bad-request'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'locked-out'
  | 'config-invalid'
  | 'data-folder-held'
  | 'database-held'
  | 'port-busy'
  | 'spool-full'
  | 'spool-failed'
  | 'archive-damaged'
  | 'store-unavailable'
  | 'store-rejected'
  | 'worker-failed'
  | 'not-ready';

/** An operation that failed. Bad data is never one of these: it is a returned value with a reason. */
export class PlatformError extends Error {
  readonly code: ErrorCode;
  /** True where the same call may succeed later without a change. */
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'PlatformError';
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/** Stops at a state that cannot be: never caught, the process ends. */
export function bug(message: string): never {
  throw new Error(`BUG: ${message}`);
}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** True where the same work may succeed later without a change: what it works with was away, or had no room. */
export function isRetryable(thrown: unknown): boolean {
  return thrown instanceof PlatformError && thrown.retryable;
}
