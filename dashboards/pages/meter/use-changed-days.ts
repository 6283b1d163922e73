import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';

import type { DayChangeItem } from '../../../services/api/schemas/day-change.ts';
import { fetchAll } from '../../api-client/fetch-all.ts';
import { addDays } from '../../api-client/local-date.ts';
import type { LocalDate } from '../../api-client/local-date.ts';

const MOST = 2000;

/** When a meter's closed days changed last: told of a day (`2026-05-14`) or a month (`2026-05`), undefined where none did. */
export function useChangedDays(
  meter: string,
  range: { from: LocalDate; to: LocalDate } | undefined,
): (period: string) => string | undefined {
  const { data } = useQuery({
    queryKey: ['list', '/day-changes', meter, range?.from, range?.to],
    enabled: range !== undefined,
    queryFn: ({ signal }) =>
      fetchAll<DayChangeItem>(
        '/day-changes',
        { meter, from: range?.from, to: addDays(range?.to ?? '', -1) },
        signal,
        MOST,
      ),
  });
  return useCallback(
    (period) =>
      data
        ?.filter(({ day }) => day.startsWith(period))
        .map(({ changedAt }) => changedAt)
        .toSorted()
        .at(-1),
    [data],
  );
}
