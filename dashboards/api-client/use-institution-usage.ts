import { useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';

import type { Step } from '../../services/api/schemas/common.ts';
import type { InstitutionUsageItem } from '../../services/api/schemas/usage.ts';
import { fetchAll } from './fetch-all.ts';
import { addDays, dayStart } from './local-date.ts';
import type { LocalDate } from './local-date.ts';

/** Usage of one medium by sub-item over the `days` days that end with `last`; asked again while `live`. */
export function useInstitutionUsage(
  id: string,
  query: { last: LocalDate | undefined; days: number; step: Step; medium: string; live?: boolean },
): UseQueryResult<InstitutionUsageItem[]> {
  const { last, days, step, medium, live = false } = query;
  return useQuery({
    queryKey: ['institution', id, 'usage', medium, step, last, days],
    enabled: last !== undefined,
    queryFn: ({ signal }) =>
      fetchAll<InstitutionUsageItem>(
        `/institutions/${encodeURIComponent(id)}/usage`,
        { from: dayStart(addDays(last ?? '', 1 - days)), to: dayStart(addDays(last ?? '', 1)), step, medium },
        signal,
      ),
    refetchInterval: live ? 60_000 : false,
  });
}
