import { useInfiniteQuery } from '@tanstack/react-query';

import type { Provenance } from '../../../services/api/schemas/provenance.ts';
import { request } from '../../api-client/request.ts';
import type { QueryParams } from '../../api-client/request.ts';
import type { Awaited } from '../../layout/await.tsx';

/** Which figure: the query of `/provenance`. */
export type FigureQuery = QueryParams;

/** What a figure is made of, as far as its parts were asked for. */
export interface FoundProvenance extends Awaited<Provenance> {
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
}

/** Where a figure comes from: the first parts of it, and those that were asked for behind them. */
export function useProvenance(query: FigureQuery): FoundProvenance {
  const pages = useInfiniteQuery({
    queryKey: ['provenance', query],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      request<Provenance>('GET', '/provenance', { params: { ...query, cursor: pageParam }, signal }),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const [first] = pages.data?.pages ?? [];
  return {
    data:
      first === undefined
        ? undefined
        : {
            ...first,
            meters: pages.data?.pages.flatMap(({ meters }) => meters) ?? [],
            members: pages.data?.pages.flatMap(({ members }) => members) ?? [],
          },
    error: pages.error,
    refetch: pages.refetch,
    hasMore: pages.hasNextPage,
    isLoadingMore: pages.isFetchingNextPage,
    loadMore: () => void pages.fetchNextPage(),
  };
}

/** The query in an address that the API gave, such as that of a part of a roll-up. */
export function queryOf(link: string): FigureQuery {
  return Object.fromEntries(new URL(link, 'http://platform').searchParams);
}
