import type { UseQueryResult } from '@tanstack/react-query';

import type { Meter } from '../../../services/api/schemas/meter.ts';
import { useOne } from '../../api-client/use-one.ts';

/** A registered meter of the same collector, if any: what it is new beside is most likely of the same institution. */
export function useNeighbours(collector: string | undefined): UseQueryResult<{ items: Meter[] }> {
  return useOne<{ items: Meter[] }>('/meters', { collector, limit: 1 });
}
