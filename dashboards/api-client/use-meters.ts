import { useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';

import type { Step } from '../../services/api/schemas/common.ts';
import type { Meter } from '../../services/api/schemas/meter.ts';
import type { MeterUsageItem } from '../../services/api/schemas/usage.ts';
import { fetchAll } from './fetch-all.ts';
import { dayStart } from './local-date.ts';
import type { LocalDate } from './local-date.ts';
import { request } from './request.ts';

/** A reading as the API shows it: its quantities stand beside the fixed fields. */
export interface MeterReading {
  ts: string;
  receivedAt: string;
  flags: string[];
  [quantity: string]: number | string | string[];
}

/** The meters of an institution with their newest values, asked again every half minute. */
export function useMeters(institution: string): UseQueryResult<Meter[]> {
  return useQuery({
    queryKey: ['meters', institution],
    queryFn: ({ signal }) => fetchAll<Meter>('/meters', { institution }, signal),
    refetchInterval: 30_000,
  });
}

/** One meter. */
export function useMeter(id: string): UseQueryResult<Meter> {
  return useQuery({
    queryKey: ['meter', id],
    queryFn: ({ signal }) => request<Meter>('GET', `/meters/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: 30_000,
  });
}

/** A meter's readings in [from, to), instants with their offset. */
export function useReadings(
  id: string,
  range: { from: string; to: string } | undefined,
): UseQueryResult<MeterReading[]> {
  return useQuery({
    queryKey: ['meter', id, 'readings', range],
    enabled: range !== undefined,
    queryFn: ({ signal }) =>
      fetchAll<MeterReading>(`/meters/${encodeURIComponent(id)}/readings`, { ...range, limit: 5000 }, signal, 20_000),
  });
}

/** A meter's usage from the date `from` up to the date `to`, which is left out. */
export function useMeterUsage(
  id: string,
  range: { from: LocalDate; to: LocalDate; step: Step } | undefined,
): UseQueryResult<MeterUsageItem[]> {
  return useQuery({
    queryKey: ['meter', id, 'usage', range],
    enabled: range !== undefined,
    queryFn: ({ signal }) =>
      fetchAll<MeterUsageItem>(
        `/meters/${encodeURIComponent(id)}/usage`,
        { from: dayStart(range?.from ?? ''), to: dayStart(range?.to ?? ''), step: range?.step },
        signal,
      ),
  });
}
