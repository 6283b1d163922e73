import { useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';

import type { Health } from '../../services/api/schemas/health.ts';
import { request } from './request.ts';

/** How much came in and was stored by an instant of the browser's clock, since the platform was started. */
export interface IngestSample {
  atMs: number;
  received: number | undefined;
  stored: number | undefined;
}

/** Per second, between two samples; undefined where it cannot be told. */
export interface IngestRate {
  received: number | undefined;
  stored: number | undefined;
}

const POLL_MS = 5000;

/** Health asked for every five seconds, and what came in between the last two answers. */
export function useIngestRate(): { health: UseQueryResult<Health>; rate: IngestRate } {
  const health = useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => request<Health>('GET', '/health', { signal }),
    refetchInterval: POLL_MS,
  });
  const [samples, setSamples] = useState<{ before?: IngestSample; last?: IngestSample }>({});
  if (health.data !== undefined && samples.last?.atMs !== health.dataUpdatedAt) {
    setSamples({ before: samples.last, last: sampleOf(health.data, health.dataUpdatedAt) });
  }
  return { health, rate: rateBetween(samples.before, samples.last) };
}

/** What health counted. */
export function sampleOf(health: Health, atMs: number): IngestSample {
  const { broker, subscriber, drain } = health.parts;
  return {
    atMs,
    received: count(broker?.['received']) ?? count(subscriber?.['received']),
    stored: count(drain?.['stored']),
  };
}

/** The rates between two samples; a counter that began anew, after a restart, tells nothing. */
export function rateBetween(before: IngestSample | undefined, last: IngestSample | undefined): IngestRate {
  const seconds = ((last?.atMs ?? 0) - (before?.atMs ?? 0)) / 1000;
  const rate = (from: number | undefined, to: number | undefined): number | undefined =>
    before === undefined || from === undefined || to === undefined || to < from || seconds <= 0
      ? undefined
      : (to - from) / seconds;
  return { received: rate(before?.received, last?.received), stored: rate(before?.stored, last?.stored) };
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
