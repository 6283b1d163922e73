import { HttpError, InfluxDB, RequestTimedOutError } from '@influxdata/influxdb-client';

import { influxError, statementError, unavailable } from './influx-error.ts';
import type { InfluxOptions } from './influx-options.ts';
import { identifier } from './influxql.ts';
import { parseExactJson } from './parse-exact-json.ts';
import { missingFor, serverProduct, type ServerProduct } from './server-product.ts';

const LINES_PER_WRITE = 10_000;
const ROWS_PER_CHUNK = 10_000;
// Energy history is thin and long: with the default of a week, a year of backfill is spread over 52 shards.
const SHARD_DURATION = '90d';
const TIMEOUT_MS = 30_000;

/** A part of a series in a query's answer; a long series comes in several parts, one after the other. */
export interface SeriesPart {
  statement: number;
  tags: Record<string, string>;
  /** Rows in the order of the selected columns, epoch milliseconds first. Integers of 16 digits on are strings. */
  rows: (number | string | null)[][];
}

/** One database of an InfluxDB. Every call throws `store-unavailable` until the server is there. */
export interface InfluxConnection {
  /** Resolves when the server has confirmed every line; lines are made while those before them are on their way. */
  write(lines: Iterable<string>): Promise<void>;
  /** Runs InfluxQL statements and hands out the answer part by part. */
  query(statements: readonly string[], onPart: (part: SeriesPart) => void): Promise<void>;
  /** What the server says it is. Throws `store-unavailable` where the settings lack something that it needs. */
  product(): Promise<ServerProduct>;
}

/** Connects lazily: nothing is sent before the first call. */
export function createInfluxConnection(options: InfluxOptions): InfluxConnection {
  const database = options.bucket ?? options.database ?? 'jieneng';
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const { transport } = new InfluxDB({
    url: options.url,
    timeout: timeoutMs,
    ...(options.token === undefined ? {} : { token: options.token }),
    ...(options.username === undefined ? {} : { headers: { authorization: basicAuth(options) } }),
  });
  const target = new URLSearchParams({
    db: database,
    ...(options.org === undefined ? {} : { org: options.org }),
  }).toString();
  let ready: Promise<void> | undefined;

  // Silence ends a call, and its socket with it: the client's own time-out leaves the socket open, and does not end the
  // reading of an answer that stops half-way.
  async function unlessSilent<T>(call: (signal: AbortSignal, heard: () => void) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    let isSilent = false;
    const timer = setTimeout(() => {
      isSilent = true;
      controller.abort();
    }, timeoutMs);
    try {
      return await call(controller.signal, () => timer.refresh());
    } catch (thrown) {
      controller.abort();
      if (!isSilent && !(thrown instanceof RequestTimedOutError)) throw thrown;
      throw unavailable(`InfluxDB did not answer within ${timeoutMs / 1000} s`, thrown);
    } finally {
      clearTimeout(timer);
    }
  }

  async function product(): Promise<ServerProduct> {
    let headers: Record<string, unknown> = {};
    const answer: unknown = await unlessSilent((signal) =>
      transport.request('/ping', '', { method: 'GET', signal }, (given) => (headers = given)),
    );
    return serverProduct(headers, answer);
  }

  async function checkedProduct(): Promise<ServerProduct> {
    const found = await product();
    const missing = missingFor(found, options);
    if (missing !== undefined) throw unavailable(missing);
    return found;
  }

  /** On 1.x makes the database where it is missing; a user who may not must have been given one. */
  async function prepare(): Promise<void> {
    if ((await checkedProduct()).generation !== 1) return;
    let exists = false;
    try {
      await run(['SHOW DATABASES'], ({ rows }) => (exists ||= rows.some(([name]) => name === database)));
      if (!exists)
        await run([`CREATE DATABASE ${identifier(database)} WITH SHARD DURATION ${SHARD_DURATION}`], () => undefined);
    } catch (thrown) {
      if (!(thrown instanceof HttpError) || thrown.statusCode !== 403) throw thrown;
    }
  }

  async function prepared<T>(kind: 'write' | 'query', call: () => Promise<T>): Promise<T> {
    let refusedBy: 'write' | 'query' = 'query';
    try {
      ready ??= prepare();
      await ready;
      refusedBy = kind;
      return await call();
    } catch (thrown) {
      const error = influxError(thrown, refusedBy);
      // The next call looks again: the server may be another by then, or have lost its database.
      if (error.code === 'store-unavailable') ready = undefined;
      throw error;
    }
  }

  async function run(statements: readonly string[], onPart: (part: SeriesPart) => void): Promise<void> {
    if (statements.length === 0) return;
    const path = `/query?${target}&epoch=ms&chunked=true&chunk_size=${ROWS_PER_CHUNK}`;
    const body = `q=${encodeURIComponent(statements.join(';'))}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    let rest: Uint8Array[] = [];
    await unlessSilent(async (signal, heard) => {
      for await (const bytes of transport.iterate(path, body, { method: 'POST', headers, signal })) {
        heard();
        let start = 0;
        for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
          rest.push(bytes.subarray(start, end));
          handOut(Buffer.concat(rest).toString('utf8'), onPart);
          rest = [];
          start = end + 1;
        }
        rest.push(bytes.subarray(start));
      }
    });
    handOut(Buffer.concat(rest).toString('utf8'), onPart);
  }

  async function post(lines: readonly string[]): Promise<void> {
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    let status: number | undefined;
    try {
      await unlessSilent((signal) =>
        transport.request(
          `/write?${target}&precision=ms`,
          lines.join('\n'),
          { method: 'POST', headers, signal },
          (_, code) => (status = code),
        ),
      );
      // Whatever else answers politely, a page of a proxy say, has stored nothing.
      if (status !== 204)
        throw unavailable(`InfluxDB answered ${status} to a write, not 204. Check that INFLUX_URL is an InfluxDB`);
    } catch (thrown) {
      if (!(thrown instanceof HttpError) || thrown.statusCode !== 413 || lines.length < 2) throw thrown;
      const half = lines.length >> 1;
      await post(lines.slice(0, half));
      await post(lines.slice(half));
    }
  }

  return {
    write: (lines) =>
      prepared('write', async () => {
        let sending = Promise.resolve();
        for (const batch of batchesOf(lines)) {
          await sending;
          sending = post(batch);
          // Seen by the next await.
          sending.catch(() => undefined);
        }
        await sending;
      }),
    query: (statements, onPart) => prepared('query', () => run(statements, onPart)),
    product: () => prepared('query', checkedProduct),
  };
}

function* batchesOf(lines: Iterable<string>): Generator<string[]> {
  let batch: string[] = [];
  for (const line of lines) {
    batch.push(line);
    if (batch.length < LINES_PER_WRITE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

interface Answer {
  error?: string;
  results?: {
    statement_id?: number;
    error?: string;
    series?: { tags?: Record<string, string>; values?: SeriesPart['rows'] }[];
  }[];
}

function handOut(text: string, onPart: (part: SeriesPart) => void): void {
  if (text.trim() === '') return;
  const answer = parseExactJson(text) as Answer;
  if (answer.error !== undefined) throw statementError(answer.error);
  for (const result of answer.results ?? []) {
    if (result.error !== undefined) throw statementError(result.error);
    for (const { tags = {}, values = [] } of result.series ?? [])
      onPart({ statement: result.statement_id ?? 0, tags, rows: values });
  }
}

function basicAuth(options: InfluxOptions): string {
  return `Basic ${Buffer.from(`${options.username ?? ''}:${options.password ?? ''}`).toString('base64')}`;
}
