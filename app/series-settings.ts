import { influxSettings, type Config } from './config.ts';
import type { DataFolder } from './data-folder.ts';
import type { SeriesSettings } from './open-series-store.ts';

/** InfluxDB where INFLUX_URL is set, else DuckDB in the data folder. */
export function seriesSettings(config: Config, folder: DataFolder): SeriesSettings {
  if (config.INFLUX_URL === undefined) {
    return { kind: 'duckdb', file: folder.inside('readings.duckdb'), memoryLimitMb: config.DUCKDB_MEMORY_MB };
  }
  return { ...influxSettings(config), kind: 'influxdb', url: config.INFLUX_URL };
}
