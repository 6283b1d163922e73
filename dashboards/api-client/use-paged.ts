import { useInfiniteQuery } from '@tanstack/react-query';

import { request } from './request.ts';
import type { QueryParams } from './request.ts';

interface Page<T> {
  items: T[];
  next: string | null;
}

/** A list as far as it was asked for, page after page. */
export interface PagedList<T> {
  /** Undefined until the first page is there. */
  data: T[] | undefined;
  error: Error | null;
  refetch: () => unknown;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
}

const PAGE_ITEMS = 50;

/** A list of the API by its cursor: the first page, and those that were asked for behind it. */
export function usePaged<T>(path: string, params: QueryParams, refetchInterval: number | false = false): PagedList<T> {
  const pages = useInfiniteQuery({
    queryKey: ['list', path, params],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      request<Page<T>>('GET', path, { params: { limit: PAGE_ITEMS, ...params, cursor: pageParam }, signal }),
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval,
  });
  return {
    data: pages.data?.pages.flatMap(({ items }) => items),
    error: pages.error,
    refetch: pages.refetch,
    hasMore: pages.hasNextPage,
    isLoadingMore: pages.isFetchingNextPage,
    loadMore: () => void pages.fetchNextPage(),
  };
}
