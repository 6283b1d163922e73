import { useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';

import type { Health } from '../../services/api/schemas/health.ts';
import { localDateOf } from './local-date.ts';
import type { LocalDate } from './local-date.ts';
import { request } from './request.ts';

/** The platform's state and clock, asked again every minute. */
export function useHealth(): UseQueryResult<Health> {
  return useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => request<Health>('GET', '/health', { signal }),
    refetchInterval: 60_000,
  });
}

/** The platform's clock when it last answered, epoch milliseconds; undefined until it is known. */
export function usePlatformNow(): number | undefined {
  const { data, isError, errorUpdatedAt } = useHealth();
  if (data !== undefined) return Date.parse(data.now);
  // Without the platform's clock the browser's is better than an empty page.
  return isError ? errorUpdatedAt : undefined;
}

/** Today by the platform's clock, not the browser's; undefined until it is known. */
export function useToday(): LocalDate | undefined {
  const nowMs = usePlatformNow();
  return nowMs === undefined ? undefined : localDateOf(nowMs);
}
