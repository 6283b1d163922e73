import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { createCollector, listCollectors } from '../registry/collectors.ts';
import { createMqttReader } from '../registry/mqtt-readers.ts';
import { changeBy } from './access.ts';
import { answers, answersCreated } from './answers.ts';
import type { ApiContext } from './context.ts';
import { decodeCursor, isTextKey, pageOf } from './cursor.ts';
import { listOf, pageQuery } from './schemas/common.ts';
import { createdCollectorSchema, newCollectorSchema, newMqttReaderSchema } from './schemas/meter.ts';

const collectorSchema = z.object({ id: z.string(), name: z.string() });

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
