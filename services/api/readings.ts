import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { METRICS } from '../../domain/quantity.ts';
import { FLAG_METER_CLOCK_OFF, FLAG_RECEIPT_TIME, type ReadingRow } from '../../domain/reading.ts';
import type { Zone } from '../../domain/zone.ts';
import { readingNotes, type GivenReading, type ReadingNotes } from '../provenance/reading-notes.ts';
import { getMeter, type RegisteredMeter } from '../registry/meters.ts';
import { requestScope } from './access.ts';
import { answers } from './answers.ts';
import type { ApiContext } from './context.ts';
import { decodeCursor, encodeCursor, isNumberKey } from './cursor.ts';
import { instantInSchema, listOf, pageQuery } from './schemas/common.ts';
import { readingSchema } from './schemas/meter.ts';
import { checkOrder } from './step-range.ts';

type Reading = z.output<typeof readingSchema>;

/** The readings of a meter as they came in, one item an instant, with what people gave and what was decided of them. */
export function readingRoutes(context: ApiContext): FastifyPluginAsyncZod {
  return async (api) => {
    api.get(
      '/meters/:id/readings',
      {
        schema: {
          tags: ['meters'],
          summary:
            'The readings of [from, to) by device time, register in the canonical unit, with what was decided of them',
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
        return readPage(context, meter, { fromMs: start, toMs: to, limit });
      },
    );
  };
}

async function readPage(
  { db, series, zone }: ApiContext,
  meter: RegisteredMeter,
  { fromMs, toMs, limit }: { fromMs: number; toMs: number; limit: number },
): Promise<{ items: Reading[]; next: string | null }> {
  // An instant has at most one row a metric: with room for one instant more, the last one may be cut and is left out.
  const wanted = limit * 3 + 2 * METRICS.length;
  const rows = fromMs < toMs ? await series.readings(meter.id, fromMs, toMs, wanted) : [];
  const instants = byInstant(rows);
  const cutMs = rows.length >= wanted ? instants.pop()![0]!.observedAtMs : undefined;
  const notes = await readingNotes(db, meter, { fromMs, toMs: cutMs ?? toMs });
  const stored = new Set(instants.map(([row]) => row!.observedAtMs));
  const all = [
    ...instants.map((instant) => ({ ms: instant[0]!.observedAtMs, item: readingOf(zone, instant, notes) })),
    // A stored reading stands before what a person read at the same instant.
    ...notes.given.filter(({ atMs }) => !stored.has(atMs)).map((one) => ({ ms: one.atMs, item: givenOf(zone, one) })),
  ].toSorted((a, b) => a.ms - b.ms);
  const followingMs = all[limit]?.ms ?? cutMs;
  return {
    items: all.slice(0, limit).map(({ item }) => item),
    next: followingMs === undefined ? null : encodeCursor(followingMs),
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

function readingOf(zone: Zone, rows: readonly ReadingRow[], notes: ReadingNotes): Reading {
  const flags = rows.reduce((bits, row) => bits | row.flags, 0);
  const decision = notes.decisionAt(rows[0]!.observedAtMs);
  return {
    ts: zone.iso(rows[0]!.observedAtMs),
    ...Object.fromEntries(rows.map((row) => [row.metric, row.value])),
    receivedAt: zone.iso(Math.max(...rows.map((row) => row.receivedAtMs))),
    flags: FLAG_NAMES.flatMap(([bit, name]) => ((flags & bit) === 0 ? [] : name)),
    source: 'telemetry',
    position: Math.max(...rows.map((row) => row.position)),
    ...(decision === undefined ? {} : { decision: decision.id, decisionKind: decision.kind }),
  };
}

function givenOf(zone: Zone, { atMs, register, enteredAtMs, ...origin }: GivenReading): Reading {
  return { ts: zone.iso(atMs), total: register, receivedAt: zone.iso(enteredAtMs), flags: [], ...origin };
}
