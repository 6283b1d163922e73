import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import type { ReadingRow } from '../../domain/reading.ts';
import { requireInstitution } from '../registry/institutions.ts';
import { createMeter, getMeter, listMeters, type RegisteredMeter } from '../registry/meters.ts';
import type { Scope } from '../scope.ts';
import { changeBy, requestScope } from './access.ts';
import { answers, answersCreated } from './answers.ts';
import type { ApiContext } from './context.ts';
import { decodeCursor, isTextKey, pageOf } from './cursor.ts';
import { listOf, mediumSchema, pageQuery } from './schemas/common.ts';
import { type Meter, meterSchema, newMeterSchema } from './schemas/meter.ts';

const meterQuery = z.object({ ...pageQuery, institution: z.string().optional(), medium: mediumSchema.optional() });

/** Meters: list, one, enter. */
export function meterRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const today = (): string => context.zone.date(context.now());

  async function list(
    scope: Scope,
    query: z.output<typeof meterQuery>,
  ): Promise<{ items: Meter[]; next: string | null }> {
    if (query.institution !== undefined) await requireInstitution(context.db, scope, query.institution);
    const rows = await listMeters(context.db, scope, {
      date: today(),
      institution: query.institution,
      medium: query.medium,
      after: decodeCursor(query.cursor, isTextKey),
      limit: query.limit + 1,
    });
    const page = pageOf(
      rows,
      query.limit,
      (row) => row.id,
      (row) => row,
    );
    return { items: await withLatest(context, page.items), next: page.next };
  }

  return async (api) => {
    api.get(
      '/meters',
      {
        schema: {
          tags: ['meters'],
          summary: 'The meters one may see, by id',
          querystring: meterQuery,
          response: answers(listOf(meterSchema)),
        },
      },
      async (request) => list(requestScope(request), request.query),
    );

    api.get(
      '/institutions/:id/meters',
      {
        schema: {
          tags: ['meters'],
          summary: 'The meters of one institution, by id',
          params: z.object({ id: z.string() }),
          querystring: meterQuery.omit({ institution: true }),
          response: answers(listOf(meterSchema)),
        },
      },
      async (request) => list(requestScope(request), { ...request.query, institution: request.params.id }),
    );

    api.get(
      '/meters/:id',
      {
        schema: {
          tags: ['meters'],
          summary: 'One meter with the newest value that came in',
          params: z.object({ id: z.string() }),
          response: answers(meterSchema),
        },
      },
      async (request) => {
        const meter = await getMeter(context.db, requestScope(request), request.params.id, today());
        const [item] = await withLatest(context, [meter]);
        return item!;
      },
    );

    api.post(
      '/meters',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['meters'],
          summary: 'Enter a meter',
          body: newMeterSchema,
          response: answersCreated(meterSchema),
        },
      },
      async (request, reply) => {
        await createMeter(context.db, request.body, changeBy(request, context));
        await context.registryChanged();
        context.replayRequested();
        reply.code(201);
        return { ...(await getMeter(context.db, requestScope(request), request.body.id, today())), latest: null };
      },
    );
  };
}

/** Register and temperature say most; among equals the newest counts. */
function rank(row: ReadingRow): number {
  return row.metric === 'total' || row.metric === 'temperature' || row.metric === 'setpoint' ? 1 : 0;
}

async function withLatest(context: ApiContext, meters: readonly RegisteredMeter[]): Promise<Meter[]> {
  if (meters.length === 0) return [];
  const newest = new Map<string, ReadingRow>();
  for (const row of await context.series.latest(meters.map((meter) => meter.id))) {
    const best = newest.get(row.meter);
    const isBetter =
      best === undefined ||
      rank(row) > rank(best) ||
      (rank(row) === rank(best) && row.observedAtMs > best.observedAtMs);
    if (isBetter) newest.set(row.meter, row);
  }
  return meters.map((meter) => {
    const row = newest.get(meter.id);
    const latest =
      row === undefined ? null : { ts: context.zone.iso(row.observedAtMs), metric: row.metric, value: row.value };
    return { ...meter, latest };
  });
}
