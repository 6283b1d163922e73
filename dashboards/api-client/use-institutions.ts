import { useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';

import type { Institution, QuotaProgress, StandbyDay } from '../../services/api/schemas/institution.ts';
import { fetchAll } from './fetch-all.ts';
import { addDays, dayStart } from './local-date.ts';
import type { LocalDate } from './local-date.ts';
import { request } from './request.ts';

/** Every institution that the session may see. */
export function useInstitutions(): UseQueryResult<Institution[]> {
  return useQuery({
    queryKey: ['institutions'],
    queryFn: ({ signal }) => fetchAll<Institution>('/institutions', {}, signal),
  });
}

/** One institution's facts. */
export function useInstitution(id: string): UseQueryResult<Institution> {
  return useQuery({
    queryKey: ['institution', id],
    queryFn: ({ signal }) => request<Institution>('GET', `/institutions/${encodeURIComponent(id)}`, { signal }),
  });
}

/** Its quotas of a year with what was used of them, by medium. */
export function useQuotaProgress(id: string, year: number | undefined): UseQueryResult<QuotaProgress[]> {
  return useQuery({
    queryKey: ['institution', id, 'quota', year],
    enabled: year !== undefined,
    queryFn: ({ signal }) => fetchAll<QuotaProgress>(`/institutions/${encodeURIComponent(id)}/quota`, { year }, signal),
    refetchInterval: 60_000,
  });
}

/** Its electricity inside and outside working hours, of the `days` days that end with `last`. */
export function useStandby(id: string, last: LocalDate | undefined, days: number): UseQueryResult<StandbyDay[]> {
  return useQuery({
    queryKey: ['institution', id, 'standby', last, days],
    enabled: last !== undefined,
    queryFn: ({ signal }) =>
      fetchAll<StandbyDay>(
        `/institutions/${encodeURIComponent(id)}/standby`,
        { from: dayStart(addDays(last ?? '', 1 - days)), to: dayStart(addDays(last ?? '', 1)) },
        signal,
      ),
  });
}
