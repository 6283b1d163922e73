import { HttpError } from '@influxdata/influxdb-client';

import { messageOf, PlatformError } from '../../../domain/errors.ts';

/** The failure of a call in the platform's terms: what the server refuses for good, else what may pass later. */
export function influxError(thrown: unknown): PlatformError {
  if (thrown instanceof PlatformError) return thrown;
  if (thrown instanceof HttpError) {
    const words = `InfluxDB answered ${thrown.statusCode}: ${thrown.body ?? thrown.statusMessage ?? ''}`.trim();
    if (thrown.statusCode === 400 || thrown.statusCode === 413 || thrown.statusCode === 422)
      return new PlatformError('store-rejected', words, { cause: thrown });
    return new PlatformError('store-unavailable', words, { retryable: true, cause: thrown });
  }
  return new PlatformError('store-unavailable', `InfluxDB cannot be reached: ${messageOf(thrown)}`, {
    retryable: true,
    cause: thrown,
  });
}

/** A statement that the server took and then failed. */
export function statementError(words: string): PlatformError {
  return new PlatformError('store-unavailable', `InfluxDB: ${words}`, { retryable: true });
}
