import { useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';

import type { Decision } from '../../services/api/schemas/decision.ts';
import { request } from './request.ts';

const MOST = 100;

/** How many corrections wait that the session may see, counted up to a hundred; asked again every minute. */
export function useWaiting(): UseQueryResult<{ count: number; isMore: boolean }> {
  return useQuery({
    queryKey: ['list', '/decisions', 'waiting'],
    queryFn: async ({ signal }) => {
      const page = await request<{ items: Decision[]; next: string | null }>('GET', '/decisions', {
        params: { state: 'proposed', limit: MOST },
        signal,
      });
      return { count: page.items.length, isMore: page.next !== null };
    },
    refetchInterval: 60_000,
  });
}
