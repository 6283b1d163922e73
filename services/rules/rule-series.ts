import type { SeriesStore } from '../../storage/series/port.ts';

/** The part of the series store that rules read. */
export type RuleSeries = Pick<SeriesStore, 'institutionUsage' | 'means'>;
