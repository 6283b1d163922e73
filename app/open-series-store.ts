import type { InfluxOptions } from '../storage/series/influx/influx-options.ts';
import type { SeriesStore } from '../storage/series/port.ts';

/** Where readings are kept, as settings say: plain data. */
export type SeriesSettings =
  | { kind: 'duckdb'; file: string; memoryLimitMb: number }
  | ({ kind: 'influxdb' } & Omit<InfluxOptions, 'now'>);

/** Opens the store that the settings name; the other one's library is not even loaded. */
export async function openSeriesStore(settings: SeriesSettings): Promise<SeriesStore> {
  if (settings.kind === 'duckdb') {
    const { openDuckdbStore } = await import('../storage/series/duckdb/open-duckdb-store.ts');
    return openDuckdbStore({ file: settings.file, memoryLimitMb: settings.memoryLimitMb });
  }
  const { openInfluxStore } = await import('../storage/series/influx/open-influx-store.ts');
  return openInfluxStore(settings);
}
