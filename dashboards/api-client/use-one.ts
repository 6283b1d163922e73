import { useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';

import { request } from './request.ts';
import type { QueryParams } from './request.ts';

/** What stands at one address of the API; not asked for while the path is undefined. */
export function useOne<T>(path: string | undefined, params: QueryParams = {}): UseQueryResult<T> {
  return useQuery({
    queryKey: ['one', path, params],
    enabled: path !== undefined,
    queryFn: ({ signal }) => request<T>('GET', path ?? '', { params, signal }),
  });
}
