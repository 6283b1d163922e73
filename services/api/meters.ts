import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import type { ReadingRow } from '../../domain/reading.ts';
import { changeMeter } from '../registry/change-meter.ts';
import { deleteMeter } from '../registry/delete-meter.ts';
import { requireInstitution } from '../registry/institutions.ts';
import { createMeter, getMeter, listMeters, type RegisteredMeter } from '../registry/meters.ts';
import type { Scope } from '../scope.ts';
import { changeBy, requestScope } from './access.ts';
import { answers, answersCreated, answersNothing } from './answers.ts';
import type { ApiContext } from './context.ts';
import { answerPage, listPageOf } from './registry-page.ts';
import { listOf } from './schemas/common.ts';
import { type Meter, meterChangeSchema, meterSchema, metersQuery, newMeterSchema } from './schemas/meter.ts';

/** Meters: list, one, enter, change, take out. */
export function meterRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const today = (): string => context.zone.date(context.now());

  async function list(
    scope: Scope,
    query: z.output<typeof metersQuery>,
  ): Promise<{ items: Meter[]; next: string | null }> {
    if (query.institution !== undefined) await requireInstitution(context.db, scope, query.institution);
    const rows = await listMeters(context.db, scope, { ...query, ...listPageOf(query), date: today() });
    const page = answerPage(rows, query);
    return { items: await withLatest(context, page.items), next: page.next };
  }

  async function one(scope: Scope, id: string): Promise<Meter> {
    const meter = await getMeter(context.db, scope, id, today());
    const [item] = await withLatest(context, [meter]);
    return item!;
  }

  return async (api) => {
    api.get(
      '/meters',
      {
        schema: {
          tags: ['meters'],
          summary: 'The meters one may see',
          querystring: metersQuery,
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
          summary: 'The meters of one institution',
          params: z.object({ id: z.string() }),
          querystring: metersQuery.omit({ institution: true }),
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
      async (request) => one(requestScope(request), request.params.id),
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
        await createMeter(context.db, request.body, changeBy(request, context), context.zone);
        await context.registryChanged();
        context.replayRequested();
        reply.code(201);
        return { ...(await getMeter(context.db, requestScope(request), request.body.id, today())), latest: null };
      },
    );

    api.patch(
      '/meters/:id',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['meters'],
          summary: 'Change what of a meter has no date; what changes on a day is entered in its life',
          params: z.object({ id: z.string() }),
          body: meterChangeSchema,
          response: answers(meterSchema),
        },
      },
      async (request) => {
        const { id } = request.params;
        const change = changeBy(request, context);
        const { isReplayRequested } = await changeMeter(context.db, id, request.body, change, context.zone);
        await context.registryChanged();
        if (isReplayRequested) context.replayRequested();
        return one(requestScope(request), id);
      },
    );

    api.delete(
      '/meters/:id',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['meters'],
          summary: 'Take out a meter that has no readings; one that has is removed on a day, in its life',
          params: z.object({ id: z.string() }),
          response: answersNothing(),
        },
      },
      async (request, reply) => {
        const hasReadings = async (id: string): Promise<boolean> => (await context.series.latest([id])).length > 0;
        await deleteMeter(context.db, request.params.id, hasReadings, changeBy(request, context));
        await context.registryChanged();
        reply.code(204);
        return null;
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
