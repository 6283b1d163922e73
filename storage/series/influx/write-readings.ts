import type { ReadingRow } from '../../../domain/reading.ts';
import type { WriteOutcome } from '../port.ts';
import { settleBatch, type SeriesRows } from '../reading-batch.ts';
import { touchedRanges } from '../touched-ranges.ts';
import type { InfluxConnection } from './influx-connection.ts';
import { text } from './influxql.ts';
import { readingHead, readingLine } from './lines.ts';
import { loadNewestTimes, type NewestTimes } from './newest-times.ts';
import type { TouchLog } from './touch-log.ts';

/** Stores batches of readings. One at a time. */
export type ReadingWriter = (rows: readonly ReadingRow[]) => Promise<WriteOutcome>;

/**
 * Makes the writer of one store. InfluxDB lets the last write of a point win, so rows that reach below the newest of
 * their series are compared with what stands there first. Readings go before their touch-log entry: whoever reads the
 * log finds them. A batch that failed half-way is sent again whole, and is therefore logged whole, duplicates too.
 *
 * A duplicate is written again as it stands there: InfluxDB answers queries from its memory, also with points of a
 * write that it refused because its disk was full, and loses them when it ends. Only a confirmed write is one.
 */
export function createReadingWriter(connection: InfluxConnection, touches: TouchLog): ReadingWriter {
  let newest: NewestTimes | undefined;
  return async (rows) => {
    const batch = settleBatch(rows);
    const outcome: WriteOutcome = { stored: 0, duplicates: batch.duplicates, conflicts: batch.conflicts };
    newest ??= await loadNewestTimes(connection);
    const known = newest;
    try {
      const doubtful = batch.series.filter(
        ({ meter, metric, rows: [first] }) => first!.observedAtMs <= known.of(meter, metric),
      );
      const stored = await readStored(connection, doubtful);
      await connection.write(linesOf(batch.series, stored, outcome));
      await touches.add(touchedRanges(batch.series));
      return outcome;
    } finally {
      // Of a batch that failed it is unknown what has arrived: from now on all of it is looked for.
      known.raise(batch.series);
    }
  };
}

/** The lines of what is to be written, made while others are on their way; counted in `outcome` as they are made. */
function* linesOf(
  batch: readonly SeriesRows[],
  stored: ReadonlyMap<SeriesRows, Standing>,
  outcome: WriteOutcome,
): Generator<string> {
  for (const series of batch) {
    const head = readingHead(series.meter, series.metric);
    const standing = stored.get(series);
    for (const row of series.rows) {
      const there = standing?.get(row.observedAtMs);
      if (there === undefined) outcome.stored++;
      else if (there.value === row.value) outcome.duplicates++;
      else outcome.conflicts++;
      if (there === undefined) yield readingLine(head, row);
      else if (there.value === row.value) yield readingLine(head, { ...row, ...there });
      else if (row.position > there.position) yield readingLine(head, row);
    }
  }
}

type Standing = Map<number, Pick<ReadingRow, 'value' | 'receivedAtMs' | 'flags' | 'position'>>;

async function readStored(
  connection: InfluxConnection,
  doubtful: readonly SeriesRows[],
): Promise<Map<SeriesRows, Standing>> {
  const stored = new Map<SeriesRows, Standing>(doubtful.map((series) => [series, new Map()]));
  const statements = doubtful.map(
    ({ meter, metric, rows }) =>
      `SELECT value, received, flags, position FROM reading WHERE meter = ${text(meter)} AND metric = ${text(metric)}
       AND time >= ${rows[0]!.observedAtMs}ms AND time <= ${rows.at(-1)!.observedAtMs}ms`,
  );
  await connection.query(statements, ({ statement, rows }) => {
    const standing = stored.get(doubtful[statement]!)!;
    for (const row of rows) {
      const [at, value, receivedAtMs, flags, position] = row.map(Number);
      standing.set(at!, { value: value!, receivedAtMs: receivedAtMs!, flags: flags!, position: position! });
    }
  });
  return stored;
}
