import type { TouchedRange } from '../port.ts';
import type { InfluxConnection } from './influx-connection.ts';
import type { TouchLog } from './touch-log.ts';

const MEASUREMENTS = ['usage_base', ...['hour', 'day', 'month'].flatMap((step) => [`usage_${step}`, `inst_${step}`])];

/** Drops everything derived from readings, then logs the whole stored range of every meter as touched. */
export async function dropUsage(connection: InfluxConnection, touches: TouchLog): Promise<void> {
  await connection.query(
    MEASUREMENTS.map((measurement) => `DELETE FROM ${measurement}`),
    () => undefined,
  );
  const ranges = new Map<string, TouchedRange>();
  const ends = ['first', 'last'].map((end) => `SELECT ${end}(value) FROM reading GROUP BY meter`);
  await connection.query(ends, ({ statement, tags, rows: [row] }) => {
    const meter = tags['meter']!;
    const atMs = Number(row![0]);
    const range = ranges.get(meter) ?? { meter, fromMs: atMs, toMs: atMs };
    ranges.set(meter, statement === 0 ? { ...range, fromMs: atMs } : { ...range, toMs: atMs });
  });
  await touches.add([...ranges.values()]);
}
