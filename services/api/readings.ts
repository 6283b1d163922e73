import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { METRICS } from '../../domain/quantity.ts';
import { FLAG_METER_CLOCK_OFF, FLAG_RECEIPT_TIME, type ReadingRow } from '../../domain/reading.ts';
import type { Zone } from '../../domain/zone.ts';
import { getMeter } from '../registry/meters.ts';
import { requestScope } from './access.ts';
import { answers } from './answers.ts';
import type { ApiContext } from './context.ts';
import { decodeCursor, encodeCursor, isNumberKey } from './cursor.ts';
import { instantInSchema, listOf, pageQuery } from './schemas/common.ts';
import { readingSchema } from './schemas/meter.ts';
import { checkOrder } from './step-range.ts';

type Reading = z.output<typeof readingSchema>;

/** The stored readings of a meter as they came in, one item an instant. */
export function readingRoutes(context: ApiContext): FastifyPluginAsyncZod {
  return async (api) => {
    api.get(
      '/meters/:id/readings',
      {
        schema: {
          tags: ['meters'],
          summary: 'The stored readings of [from, to) by device time, register in the canonical unit',
          params: z.object({ id: z.string() }),
          querystring: z.object({ from: instantInSchema, to: instantInSchema, ...pageQuery }),
          response: answers(listOf(readingSchema)),
        },
      },
      async (request) => {
        const { from, to, cursor, limit } = request.query;
        const today = context.zone.date(context.now());
        const meter = await getMeter(context.db, requestScope(request), request.params.id, today);
        checkOrder(from, to);
        const start = Math.max(from, decodeCursor(cursor, isNumberKey) ?? from);
        return readPage(context, meter.id, start, to, limit);
      },
    );
  };
}

async function readPage(
  context: ApiContext,
  meter: string,
  fromMs: number,
  toMs: number,
  limit: number,
): Promise<{ items: Reading[]; next: string | null }> {
  // An instant has at most one row a metric: with room for one instant more, the last one may be cut and is left out.
  const wanted = limit * 3 + 2 * METRICS.length;
  const rows = fromMs < toMs ? await context.series.readings(meter, fromMs, toMs, wanted) : [];
  const instants = byInstant(rows);
  const cut = rows.length >= wanted ? instants.pop() : undefined;
  const shown = instants.slice(0, limit);
  const following = instants[limit] ?? cut;
  return {
    items: shown.map((instant) => readingOf(context.zone, instant)),
    next: following === undefined ? null : encodeCursor(following[0]!.observedAtMs),
  };
}

function byInstant(rows: readonly ReadingRow[]): ReadingRow[][] {
  const instants: ReadingRow[][] = [];
  for (const row of rows) {
    const last = instants.at(-1);
    if (last?.[0]?.observedAtMs === row.observedAtMs) last.push(row);
    else instants.push([row]);
  }
  return instants;
}

const FLAG_NAMES: readonly [number, string][] = [
  [FLAG_RECEIPT_TIME, 'receipt-time'],
  [FLAG_METER_CLOCK_OFF, 'meter-clock-off'],
];

function readingOf(zone: Zone, rows: readonly ReadingRow[]): Reading {
  const flags = rows.reduce((bits, row) => bits | row.flags, 0);
  return {
    ts: zone.iso(rows[0]!.observedAtMs),
    ...Object.fromEntries(rows.map((row) => [row.metric, row.value])),
    receivedAt: zone.iso(Math.max(...rows.map((row) => row.receivedAtMs))),
    flags: FLAG_NAMES.flatMap(([bit, name]) => ((flags & bit) === 0 ? [] : name)),
    position: Math.max(...rows.map((row) => row.position)),
  };
}
