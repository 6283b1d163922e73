import { useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';

import type { Overview } from '../../services/api/schemas/overview.ts';
import { request } from './request.ts';

/** What the session may see, summed over a year so far. */
export function useOverview(year: number | undefined): UseQueryResult<Overview> {
  return useQuery({
    queryKey: ['overview', year],
    enabled: year !== undefined,
    queryFn: ({ signal }) => request<Overview>('GET', '/overview', { params: { year }, signal }),
    refetchInterval: 60_000,
  });
}
