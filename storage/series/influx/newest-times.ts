import type { Metric } from '../../../domain/quantity.ts';
import type { SeriesRows } from '../reading-batch.ts';
import type { InfluxConnection } from './influx-connection.ts';

/** The highest stored time of each (meter, metric), kept in memory: rows above it need no look at the server. */
export interface NewestTimes {
  of(meter: string, metric: Metric): number;
  raise(series: readonly SeriesRows[]): void;
}

/** Loads them with one query. */
export async function loadNewestTimes(connection: InfluxConnection): Promise<NewestTimes> {
  const times = new Map<string, number>();
  const slot = (meter: string, metric: string) => `${metric} ${meter}`;
  await connection.query(['SELECT last(value) FROM reading GROUP BY meter, metric'], ({ tags, rows }) => {
    const at = rows[0]?.[0];
    if (at !== undefined) times.set(slot(tags['meter'] ?? '', tags['metric'] ?? ''), Number(at));
  });
  const of = (meter: string, metric: Metric) => times.get(slot(meter, metric)) ?? Number.NEGATIVE_INFINITY;
  return {
    of,
    raise(batch) {
      for (const { meter, metric, rows } of batch) {
        const last = rows.at(-1)?.observedAtMs;
        if (last !== undefined && last > of(meter, metric)) times.set(slot(meter, metric), last);
      }
    },
  };
}
