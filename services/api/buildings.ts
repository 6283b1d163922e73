import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { changeBuilding, createBuilding, deleteBuilding, getBuilding, listBuildings } from '../registry/buildings.ts';
import { changeBy, requestScope } from './access.ts';
import { answers, answersCreated, answersNothing } from './answers.ts';
import type { ApiContext } from './context.ts';
import { answerPage, listPageOf } from './registry-page.ts';
import { buildingChangeSchema, buildingSchema, buildingsQuery, newBuildingSchema } from './schemas/building.ts';
import { idSchema, listOf } from './schemas/common.ts';

const params = z.object({ id: idSchema });

/** Buildings of institutions: list, one, enter, change, take out. */
export function buildingRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const today = (): string => context.zone.date(context.now());
  return async (api) => {
    api.get(
      '/buildings',
      {
        schema: {
          tags: ['buildings'],
          summary: 'The buildings of the institutions one may see',
          querystring: buildingsQuery,
          response: answers(listOf(buildingSchema)),
        },
      },
      async (request) => {
        const { query } = request;
        const filter = { ...query, ...listPageOf(query), date: today() };
        return answerPage(await listBuildings(context.db, requestScope(request), filter), query);
      },
    );

    api.get(
      '/buildings/:id',
      { schema: { tags: ['buildings'], summary: 'One building', params, response: answers(buildingSchema) } },
      async (request) => getBuilding(context.db, requestScope(request), request.params.id, today()),
    );

    api.post(
      '/buildings',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['buildings'],
          summary: 'Enter a building',
          body: newBuildingSchema,
          response: answersCreated(buildingSchema),
        },
      },
      async (request, reply) => {
        await createBuilding(context.db, request.body, changeBy(request, context));
        await context.registryChanged();
        reply.code(201);
        return getBuilding(context.db, requestScope(request), request.body.id, today());
      },
    );

    api.patch(
      '/buildings/:id',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['buildings'],
          summary: 'Change a building, or end it on a day (null takes the end back)',
          params,
          body: buildingChangeSchema,
          response: answers(buildingSchema),
        },
      },
      async (request) => {
        const { id } = request.params;
        await changeBuilding(context.db, id, request.body, changeBy(request, context));
        await context.registryChanged();
        return getBuilding(context.db, requestScope(request), id, today());
      },
    );

    api.delete(
      '/buildings/:id',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['buildings'],
          summary: 'Take out a building that nothing refers to',
          params,
          response: answersNothing(),
        },
      },
      async (request, reply) => {
        await deleteBuilding(context.db, request.params.id, changeBy(request, context));
        await context.registryChanged();
        reply.code(204);
        return null;
      },
    );
  };
}
