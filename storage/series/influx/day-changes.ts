import { escape } from '@influxdata/influxdb-client';

import { QUALITIES, QUALITY_CODE } from '../../../domain/quality.ts';
import { newDayChanges, type NumberedChange } from '../new-day-changes.ts';
import type { DayChange } from '../port.ts';
import type { InfluxConnection } from './influx-connection.ts';
import { oneOf, within } from './influxql.ts';

// A point is told by its series and time: that of a day's n-th change is the day's start and n milliseconds.
const FIELDS = 'day, changed, before, qualityBefore, after, qualityAfter';

/** Enters what is new among changes of sealed days into the ledger. */
export async function logDayChanges(connection: InfluxConnection, changes: readonly DayChange[]): Promise<void> {
  if (changes.length === 0) return;
  const meters = [...new Set(changes.map((change) => change.meter))];
  const [fromMs, toMs] = changes.reduce(
    ([from, to], { dayMs }) => [Math.min(from, dayMs), Math.max(to, dayMs)] as const,
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as const,
  );
  const standing = await readNumbered(connection, meters, fromMs, toMs + 1);
  await connection.write(newDayChanges(changes, standing).map(lineOf));
}

/** What the ledger has of meters for days that start within [fromMs, toMs), by (meter, day, order of entry). */
export async function readDayChanges(
  connection: InfluxConnection,
  meters: readonly string[],
  fromMs: number,
  toMs: number,
): Promise<DayChange[]> {
  return (await readNumbered(connection, meters, fromMs, toMs)).map(({ change }) => change);
}

const DAY_AT_MOST_MS = 90_000_000;

async function readNumbered(
  connection: InfluxConnection,
  ids: readonly string[],
  fromMs: number,
  toMs: number,
): Promise<NumberedChange[]> {
  const found: NumberedChange[] = [];
  const statements = oneOf('meter', ids).map(
    (meters) => `SELECT ${FIELDS} FROM day_change WHERE ${meters} AND ${within(fromMs, toMs + DAY_AT_MOST_MS)}
      GROUP BY meter`,
  );
  await connection.query(statements, ({ tags, rows }) => {
    for (const row of rows) {
      const numbered = numberedOf(tags['meter']!, row);
      const { dayMs } = numbered.change;
      if (dayMs >= fromMs && dayMs < toMs) found.push(numbered);
    }
  });
  return found;
}

function numberedOf(meter: string, row: readonly (number | string | null)[]): NumberedChange {
  const [at, day, changed, before, qualityBefore, after, qualityAfter] = row;
  const micro = (value: number | string | null | undefined): bigint | null =>
    value === null || value === undefined ? null : BigInt(value);
  const change = {
    meter,
    dayMs: Number(day),
    changedAtMs: Number(changed),
    microBefore: micro(before),
    qualityBefore: QUALITIES[Number(qualityBefore)]!,
    microAfter: micro(after),
    qualityAfter: QUALITIES[Number(qualityAfter)]!,
  };
  return { change, number: Number(at) - change.dayMs };
}

function lineOf({ change, number }: NumberedChange): string {
  const { meter, dayMs, changedAtMs, microBefore, microAfter } = change;
  const amounts = [
    ...(microBefore === null ? [] : [`before=${microBefore}i`]),
    ...(microAfter === null ? [] : [`after=${microAfter}i`]),
    `qualityBefore=${QUALITY_CODE[change.qualityBefore]}i`,
    `qualityAfter=${QUALITY_CODE[change.qualityAfter]}i`,
  ];
  return `day_change,meter=${escape.tag(meter)} day=${dayMs}i,changed=${changedAtMs}i,${amounts.join(',')} ${dayMs + number}`;
}
