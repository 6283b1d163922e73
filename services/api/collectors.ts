import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { changeCollector, createCollector, listCollectors, renewCollectorToken } from '../registry/collectors.ts';
import { createMqttReader } from '../registry/mqtt-readers.ts';
import { changeBy } from './access.ts';
import { answers, answersCreated } from './answers.ts';
import type { ApiContext } from './context.ts';
import { decodeCursor, isTextKey, pageOf } from './cursor.ts';
import { idSchema, listOf, pageQuery } from './schemas/common.ts';
import {
  collectorChangeSchema,
  collectorSchema,
  createdCollectorSchema,
  newCollectorSchema,
  newMqttReaderSchema,
} from './schemas/meter.ts';

const collectorParams = z.object({ id: idSchema });

/** Users of the broker and their credentials: collectors (data concentrators), and readers of alerts. */
export function collectorRoutes(context: ApiContext): FastifyPluginAsyncZod {
  return async (api) => {
    api.get(
      '/collectors',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['collectors'],
          summary: 'Collectors by id',
          querystring: z.object(pageQuery),
          response: answers(listOf(collectorSchema)),
        },
      },
      async (request) => {
        const { cursor, limit } = request.query;
        const page = { after: decodeCursor(cursor, isTextKey), limit: limit + 1 };
        return pageOf(
          await listCollectors(context.db, page),
          limit,
          (row) => row.id,
          (row) => row,
        );
      },
    );

    api.post(
      '/collectors',
      {
        config: { access: ['admin'] },
        schema: {
          tags: ['collectors'],
          summary: 'Enter a collector; its token (the MQTT password) is shown this once',
          body: newCollectorSchema,
          response: answersCreated(createdCollectorSchema),
        },
      },
      async (request, reply) => {
        const made = await createCollector(context.db, request.body, changeBy(request, context));
        await context.registryChanged();
        reply.code(201).header('cache-control', 'no-store');
        return made;
      },
    );

    api.patch(
      '/collectors/:id',
      {
        config: { access: ['admin'] },
        schema: {
          tags: ['collectors'],
          summary: 'Rename a collector, or assign it to a gateway (null: to the one that takes the unassigned)',
          params: collectorParams,
          body: collectorChangeSchema,
          response: answers(collectorSchema),
        },
      },
      async (request) => {
        const { id } = request.params;
        const changed = await changeCollector(context.db, id, request.body, changeBy(request, context));
        await context.registryChanged();
        return changed;
      },
    );

    api.post(
      '/collectors/:id/token',
      {
        config: { access: ['admin'] },
        schema: {
          tags: ['collectors'],
          summary: 'Give a collector a new token, shown this once; the old one does not hold any more',
          params: collectorParams,
          response: answers(createdCollectorSchema),
        },
      },
      async (request, reply) => {
        const renewed = await renewCollectorToken(context.db, request.params.id, changeBy(request, context));
        await context.registryChanged();
        reply.header('cache-control', 'no-store');
        return renewed;
      },
    );

    api.post(
      '/mqtt-readers',
      {
        config: { access: ['admin'] },
        schema: {
          tags: ['collectors'],
          summary: 'Enter an MQTT user that may read alerts; its token (the MQTT password) is shown this once',
          body: newMqttReaderSchema,
          response: answersCreated(createdCollectorSchema),
        },
      },
      async (request, reply) => {
        const made = await createMqttReader(context.db, request.body, changeBy(request, context));
        await context.registryChanged();
        reply.code(201).header('cache-control', 'no-store');
        return made;
      },
    );
  };
}
