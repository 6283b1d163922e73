import { HttpError, InfluxDB } from '@influxdata/influxdb-client';

import { influxError, statementError } from './influx-error.ts';
import type { InfluxOptions } from './influx-options.ts';
import { identifier } from './influxql.ts';
import { parseExactJson } from './parse-exact-json.ts';

const LINES_PER_WRITE = 10_000;
const ROWS_PER_CHUNK = 10_000;
// Energy history is thin and long: with the default of a week, a year of backfill is spread over 52 shards.
const SHARD_DURATION = '90d';

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
  version(): Promise<string>;
}

/** Connects lazily: nothing is sent before the first call. */
export function createInfluxConnection(options: InfluxOptions): InfluxConnection {
  const database = options.bucket ?? options.database ?? 'jieneng';
  const { transport } = new InfluxDB({
    url: options.url,
    timeout: options.timeoutMs ?? 30_000,
    ...(options.token === undefined ? {} : { token: options.token }),
    ...(options.username === undefined ? {} : { headers: { authorization: basicAuth(options) } }),
  });
  const target = new URLSearchParams({
    db: database,
    ...(options.org === undefined ? {} : { org: options.org }),
  }).toString();
  let ready: Promise<void> | undefined;

  async function version(): Promise<string> {
    let found: string | undefined;
    await transport.request('/ping', '', { method: 'GET' }, (headers) => {
      found = String(headers['x-influxdb-version'] ?? 'unknown');
    });
    return (found ?? 'unknown').replace(/^v/, '');
  }

  /** On 1.x makes the database where it is missing; a user who may not must have been given one. */
  async function prepare(): Promise<void> {
    if (!(await version()).startsWith('1.')) return;
    let exists = false;
    try {
      await run(['SHOW DATABASES'], ({ rows }) => (exists ||= rows.some(([name]) => name === database)));
      if (!exists)
        await run([`CREATE DATABASE ${identifier(database)} WITH SHARD DURATION ${SHARD_DURATION}`], () => undefined);
    } catch (thrown) {
      if (!(thrown instanceof HttpError) || thrown.statusCode !== 403) throw thrown;
    }
  }

  async function prepared<T>(call: () => Promise<T>): Promise<T> {
    try {
      ready ??= prepare();
      await ready;
      return await call();
    } catch (thrown) {
      const error = influxError(thrown);
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
    for await (const bytes of transport.iterate(path, body, { method: 'POST', headers })) {
      let start = 0;
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
        rest.push(bytes.subarray(start, end));
        handOut(Buffer.concat(rest).toString('utf8'), onPart);
        rest = [];
        start = end + 1;
      }
      rest.push(bytes.subarray(start));
    }
    handOut(Buffer.concat(rest).toString('utf8'), onPart);
  }

  async function post(lines: readonly string[]): Promise<void> {
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    try {
      await transport.request(`/write?${target}&precision=ms`, lines.join('\n'), { method: 'POST', headers });
    } catch (thrown) {
      if (!(thrown instanceof HttpError) || thrown.statusCode !== 413 || lines.length < 2) throw thrown;
      const half = lines.length >> 1;
      await post(lines.slice(0, half));
      await post(lines.slice(half));
    }
  }

  return {
    write: (lines) =>
      prepared(async () => {
        let sending = Promise.resolve();
        for (const batch of batchesOf(lines)) {
          await sending;
          sending = post(batch);
          // Seen by the next await.
          sending.catch(() => undefined);
        }
        await sending;
      }),
    query: (statements, onPart) => prepared(() => run(statements, onPart)),
    version: () => prepared(version),
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
