import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';

import type { Alert } from '../../services/api/schemas/alert.ts';
import { fetchAll } from './fetch-all.ts';
import { request } from './request.ts';

/** What an inbox is narrowed to. */
export interface AlertFilter {
  state?: string;
  rule?: string;
  institution?: string;
}

/** Alerts, the newest first, asked again every half minute. */
export function useAlerts(filter: AlertFilter): UseQueryResult<Alert[]> {
  return useQuery({
    queryKey: ['alerts', filter],
    queryFn: async ({ signal }) => {
      const alerts = await fetchAll<Alert>('/alerts', { ...filter }, signal, 5000);
      return alerts.sort((a, b) => Date.parse(b.activeSince) - Date.parse(a.activeSince));
    },
    refetchInterval: 30_000,
  });
}

/** Acknowledges an alert, with a note where there is one. */
export function useAcknowledge(): UseMutationResult<unknown, Error, { id: string; note: string }> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, note }) =>
      request('POST', `/alerts/${encodeURIComponent(id)}/acknowledge`, { body: note === '' ? {} : { note } }),
    onSettled: async () => {
      await Promise.all([
        client.invalidateQueries({ queryKey: ['alerts'] }),
        client.invalidateQueries({ queryKey: ['overview'] }),
      ]);
    },
  });
}
