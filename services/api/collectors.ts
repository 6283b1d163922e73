import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import {
  changeCollector,
  createCollector,
  deleteCollector,
  getCollector,
  listCollectors,
  renewCollectorToken,
} from '../registry/collectors.ts';
import { createMqttReader } from '../registry/mqtt-readers.ts';
import { changeBy } from './access.ts';
import { answers, answersCreated, answersNothing } from './answers.ts';
import type { ApiContext } from './context.ts';
import { answerPage, listPageOf } from './registry-page.ts';
import { idSchema, listOf } from './schemas/common.ts';
import {
  collectorChangeSchema,
  collectorDetailSchema,
  collectorSchema,
  collectorsQuery,
  createdCollectorSchema,
  newCollectorSchema,
  newMqttReaderSchema,
} from './schemas/meter.ts';

const collectorParams = z.object({ id: idSchema });

/** Users of the broker and their credentials: collectors (data concentrators), and readers of alerts. */
export function collectorRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const today = (): string => context.zone.date(context.now());
  return async (api) => {
    api.get(
      '/collectors',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['collectors'],
          summary: 'Collectors',
          querystring: collectorsQuery,
          response: answers(listOf(collectorSchema)),
        },
      },
      async (request) => {
        const { query } = request;
        const filter = { ...query, ...listPageOf(query), date: today() };
        return answerPage(await listCollectors(context.db, filter), query);
      },
    );

    api.get(
      '/collectors/:id',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['collectors'],
          summary: 'One collector with the number of its meters that have not ended',
          params: collectorParams,
          response: answers(collectorDetailSchema),
        },
      },
      async (request) => {
        const { createdAtMs, ...collector } = await getCollector(context.db, request.params.id, today());
        return { ...collector, createdAt: context.zone.iso(createdAtMs) };
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
          summary:
            'Rename a collector, assign it to a gateway (null: to the one that takes the unassigned), or end it: its token stops',
          params: collectorParams,
          body: collectorChangeSchema,
          response: answers(collectorSchema),
        },
      },
      async (request) => {
        const { id } = request.params;
        const changed = await changeCollector(context.db, id, request.body, changeBy(request, context), today());
        await context.registryChanged();
        return changed;
      },
    );

    api.delete(
      '/collectors/:id',
      {
        config: { access: ['admin'] },
        schema: {
          tags: ['collectors'],
          summary: 'Take out a collector that no meter and no binding names',
          params: collectorParams,
          response: answersNothing(),
        },
      },
      async (request, reply) => {
        await deleteCollector(context.db, request.params.id, changeBy(request, context));
        await context.registryChanged();
        reply.code(204);
        return null;
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
