import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { addLifeEntry, changeLifeEntry, meterLife, removeLifeEntry } from '../registry/meter-life.ts';
import { getMeter } from '../registry/meters.ts';
import { changeBy, requestScope } from './access.ts';
import { answers, answersCreated, answersNothing } from './answers.ts';
import type { ApiContext } from './context.ts';
import { lifeEntryChangeSchema, lifeEntrySchema, meterLifeSchema, newLifeEntrySchema } from './schemas/meter-life.ts';

const ofMeter = z.object({ id: z.string() });
const ofEntry = ofMeter.extend({ entry: z.string().max(64) });

/** The life of a meter: installation, replacement, change of multiplier, move, removal. */
export function meterLifeRoutes(context: ApiContext): FastifyPluginAsyncZod {
  async function told(isReplayRequested: boolean): Promise<void> {
    await context.registryChanged();
    if (isReplayRequested) context.replayRequested();
  }

  return async (api) => {
    api.get(
      '/meters/:id/life',
      {
        schema: {
          tags: ['meters'],
          summary: 'What happened to a meter, oldest first, and what held before the first of it',
          params: ofMeter,
          response: answers(meterLifeSchema),
        },
      },
      async (request) => {
        const { id } = request.params;
        const scope = requestScope(request);
        await getMeter(context.db, scope, id, context.zone.date(context.now()));
        return meterLife(context.db, scope, id, context.zone);
      },
    );

    api.post(
      '/meters/:id/life',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['meters'],
          summary: 'Enter what happened to a meter: installation, replacement, multiplier, move or removal',
          params: ofMeter,
          body: newLifeEntrySchema,
          response: answersCreated(lifeEntrySchema),
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        const change = changeBy(request, context);
        const { entry, isReplayRequested } = await addLifeEntry(context.db, id, request.body, change, context.zone);
        await told(isReplayRequested);
        reply.code(201);
        return entry;
      },
    );

    api.patch(
      '/meters/:id/life/:entry',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['meters'],
          summary: 'Correct the date or the figures of an entry',
          params: ofEntry,
          body: lifeEntryChangeSchema,
          response: answers(lifeEntrySchema),
        },
      },
      async (request) => {
        const { id, entry: entryId } = request.params;
        const change = changeBy(request, context);
        const changed = await changeLifeEntry(context.db, id, entryId, request.body, change, context.zone);
        await told(changed.isReplayRequested);
        return changed.entry;
      },
    );

    api.delete(
      '/meters/:id/life/:entry',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['meters'],
          summary: 'Take back an entry made in error; what held before it goes on',
          params: ofEntry,
          response: answersNothing(),
        },
      },
      async (request, reply) => {
        const { id, entry: entryId } = request.params;
        const change = changeBy(request, context);
        const { isReplayRequested } = await removeLifeEntry(context.db, id, entryId, change, context.zone);
        await told(isReplayRequested);
        reply.code(204);
        return null;
      },
    );
  };
}
