import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { InfiniteData, UseInfiniteQueryResult, UseMutationResult, UseQueryResult } from '@tanstack/react-query';

import type { QuarantineItem, QuarantineSummary, Replay } from '../../services/api/schemas/quarantine.ts';
import { request } from './request.ts';

/** What the messages shown, and those replayed, are narrowed to. */
export interface QuarantineFilter {
  reason?: string;
  collector?: string;
  meter?: string;
  address?: string;
  topic?: string;
}

interface Page<T> {
  items: T[];
  next: string | null;
}

const PAGE_ITEMS = 100;
const POLL_MS = 10_000;

/** What is in quarantine, the newest first, a page and as many older ones as were asked for. */
export function useQuarantine(
  filter: QuarantineFilter,
): UseInfiniteQueryResult<InfiniteData<Page<QuarantineItem>, string | undefined>> {
  return useInfiniteQuery({
    queryKey: ['quarantine', 'items', filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      request<Page<QuarantineItem>>('GET', '/quarantine', {
        params: { ...filter, limit: PAGE_ITEMS, cursor: pageParam },
        signal,
      }),
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: POLL_MS,
  });
}

/** Quarantine in numbers. */
export function useQuarantineSummary(): UseQueryResult<QuarantineSummary> {
  return useQuery({
    queryKey: ['quarantine', 'summary'],
    queryFn: ({ signal }) => request<QuarantineSummary>('GET', '/quarantine/summary', { signal }),
    refetchInterval: POLL_MS,
  });
}

/** The latest replays, asked for more often while one is under way. */
export function useReplays(): UseQueryResult<Replay[]> {
  return useQuery({
    queryKey: ['quarantine', 'replays'],
    queryFn: async ({ signal }) =>
      (await request<Page<Replay>>('GET', '/quarantine/replays', { params: { limit: 10 }, signal })).items,
    refetchInterval: ({ state }) =>
      state.data?.some((replay) => replay.state === 'waiting' || replay.state === 'running') === true ? 1000 : POLL_MS,
  });
}

/** Asks for messages to be tried again: those of items, or all that fit a filter. */
export function useRequestReplay(): UseMutationResult<Replay, Error, QuarantineFilter | { ids: number[] }> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body) => request<Replay>('POST', '/quarantine/replay', { body }),
    onSettled: () => client.invalidateQueries({ queryKey: ['quarantine'] }),
  });
}
