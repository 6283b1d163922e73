import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { changeZone, createZone, deleteZone, getZone, listZones } from '../registry/zones.ts';
import { changeBy, requestScope } from './access.ts';
import { answers, answersCreated, answersNothing } from './answers.ts';
import type { ApiContext } from './context.ts';
import { answerPage, listPageOf } from './registry-page.ts';
import { zoneChangeSchema, zoneSchema, zonesQuery, newZoneSchema } from './schemas/building.ts';
import { idSchema, listOf } from './schemas/common.ts';

const params = z.object({ id: idSchema });

/** Zones: parts of buildings, or of institutions, whose use is of one kind: list, one, enter, change, take out. */
export function zoneRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const today = (): string => context.zone.date(context.now());
  return async (api) => {
    api.get(
      '/zones',
      {
        schema: {
          tags: ['buildings'],
          summary: 'The zones of the institutions one may see',
          querystring: zonesQuery,
          response: answers(listOf(zoneSchema)),
        },
      },
      async (request) => {
        const { query } = request;
        const filter = { ...query, ...listPageOf(query), date: today() };
        return answerPage(await listZones(context.db, requestScope(request), filter), query);
      },
    );

    api.get(
      '/zones/:id',
      { schema: { tags: ['buildings'], summary: 'One zone', params, response: answers(zoneSchema) } },
      async (request) => getZone(context.db, requestScope(request), request.params.id, today()),
    );

    api.post(
      '/zones',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['buildings'],
          summary: 'Enter a zone',
          body: newZoneSchema,
          response: answersCreated(zoneSchema),
        },
      },
      async (request, reply) => {
        await createZone(context.db, request.body, changeBy(request, context));
        await context.registryChanged();
        reply.code(201);
        return getZone(context.db, requestScope(request), request.body.id, today());
      },
    );

    api.patch(
      '/zones/:id',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['buildings'],
          summary: 'Change a zone, or end it on a day (null takes the end back)',
          params,
          body: zoneChangeSchema,
          response: answers(zoneSchema),
        },
      },
      async (request) => {
        const { id } = request.params;
        await changeZone(context.db, id, request.body, changeBy(request, context));
        await context.registryChanged();
        return getZone(context.db, requestScope(request), id, today());
      },
    );

    api.delete(
      '/zones/:id',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['buildings'],
          summary: 'Take out a zone that nothing refers to',
          params,
          response: answersNothing(),
        },
      },
      async (request, reply) => {
        await deleteZone(context.db, request.params.id, changeBy(request, context));
        await context.registryChanged();
        reply.code(204);
        return null;
      },
    );
  };
}
