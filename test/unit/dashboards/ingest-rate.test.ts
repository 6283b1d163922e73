import { expect, test } from 'vitest';

import { rateBetween, sampleOf } from '../../../dashboards/api-client/use-ingest-rate.ts';
import { formatBytes } from '../../../dashboards/pages/system/format-bytes.ts';
import type { Health } from '../../../services/api/schemas/health.ts';

const health = (parts: Record<string, Record<string, unknown>>): Health => ({
  status: 'ok',
  version: '0',
  now: '2026-05-15T10:30:00+08:00',
  parts: Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, { ok: true, ...part }])),
});

test.each([
  ['of the own broker', { broker: { received: 7 }, drain: { stored: 20 } }, { received: 7, stored: 20 }],
  ['of an external broker', { subscriber: { received: 8 } }, { received: 8, stored: undefined }],
  ['of parts that do not answer', { drain: { detail: 'gone' } }, { received: undefined, stored: undefined }],
])('ingest: the counts %s', (_name, parts, want) => {
  expect(sampleOf(health(parts), 5)).toEqual({ atMs: 5, ...want });
});

const sample = (atMs: number, received: number | undefined, stored: number | undefined) => ({ atMs, received, stored });
test.each([
  ['between two answers', sample(1000, 10, 100), sample(6000, 60, 100), { received: 10, stored: 0 }],
  ['of a first answer', undefined, sample(6000, 60, 100), { received: undefined, stored: undefined }],
  ['over a restart', sample(1000, 900, 5), sample(6000, 60, 100), { received: undefined, stored: 19 }],
  ['of answers at once', sample(1000, 1, 1), sample(1000, 2, 2), { received: undefined, stored: undefined }],
])('ingest: the rate %s', (_name, before, last, want) => {
  expect(rateBetween(before, last)).toEqual(want);
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [200 * 1024 * 1024, '200 MiB'],
  [3.25 * 1024 ** 4, '3.3 TiB'],
])('%d bytes: %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
