import { HttpError } from '@influxdata/influxdb-client';

import { messageOf, PlatformError } from '../../../domain/errors.ts';

/** Characters of a server's own words that a sentence has room for: a proxy may answer a whole page. */
const WORDS = 300;

/**
 * The failure of a call in the platform's terms. What a write is refused with for good is `store-rejected`: only the
 * lines can be at fault. Everything else may pass, and says what to look at.
 */
export function influxError(thrown: unknown, call: 'write' | 'query'): PlatformError {
  if (thrown instanceof PlatformError) return thrown;
  if (!(thrown instanceof HttpError)) return unavailable(`InfluxDB cannot be reached: ${reasonOf(thrown)}`, thrown);
  const { statusCode: status } = thrown;
  const said = (thrown.body ?? thrown.statusMessage ?? '').replaceAll(/\s+/g, ' ').trim().slice(0, WORDS);
  const words = `InfluxDB answered ${status}${said === '' ? '' : `: ${said}`}`;
  if (call === 'write' && (status === 400 || status === 413 || status === 422))
    return new PlatformError('store-rejected', words, { cause: thrown });
  const advice = adviceFor(status);
  return unavailable(advice === undefined ? words : `${words}. ${advice}`, thrown);
}

/** A statement that the server took and then failed. */
export function statementError(words: string): PlatformError {
  return unavailable(`InfluxDB: ${words.slice(0, WORDS)}`);
}

/** A store that may recover. */
export function unavailable(words: string, cause?: unknown): PlatformError {
  return new PlatformError('store-unavailable', words, { retryable: true, cause });
}

function adviceFor(status: number): string | undefined {
  if (status === 401) return 'Check INFLUX_TOKEN, or INFLUX_USERNAME and INFLUX_PASSWORD';
  if (status === 403) return 'Give the user or token the right to read and write the database';
  if (status === 404) return 'Check INFLUX_URL, and that the database or bucket is there';
  if (status === 429) return 'It is asked more often than it allows';
  if (status >= 500) return "Look into InfluxDB's own log and at its disk";
  if (status < 400) return 'Check that INFLUX_URL is an InfluxDB';
  return undefined;
}

// A connection refused on all addresses of a name has no message of its own.
function reasonOf(thrown: unknown): string {
  const message = messageOf(thrown);
  const code = (thrown as { code?: unknown } | undefined)?.code;
  return message === '' && typeof code === 'string' ? code : message;
}
