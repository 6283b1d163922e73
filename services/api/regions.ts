import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { createRegion, deleteRegion, listRegions, regionItem, renameRegion } from '../registry/regions.ts';
import { changeBy } from './access.ts';
import { answers, answersCreated, answersNothing } from './answers.ts';
import type { ApiContext } from './context.ts';
import { listOf } from './schemas/common.ts';
import { newRegionSchema, regionChangeSchema, regionSchema } from './schemas/institution.ts';

const params = z.object({ code: z.string() });

/** The region tree; names of places are no secret within the platform. */
export function regionRoutes(context: ApiContext): FastifyPluginAsyncZod {
  return async (api) => {
    api.get(
      '/regions',
      { schema: { tags: ['regions'], summary: 'Regions by code', response: answers(listOf(regionSchema)) } },
      async () => ({ items: (await listRegions(context.db)).map(regionItem), next: null }),
    );

    api.post(
      '/regions',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['regions'],
          summary: 'Enter a 街道, 镇, 乡 or 苏木 below a 旗县区',
          body: newRegionSchema,
          response: answersCreated(regionSchema),
        },
      },
      async (request, reply) => {
        const made = await createRegion(context.db, request.body, changeBy(request, context));
        await context.registryChanged();
        reply.code(201);
        return made;
      },
    );

    api.patch(
      '/regions/:code',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['regions'],
          summary: 'Rename a region',
          params,
          body: regionChangeSchema,
          response: answers(regionSchema),
        },
      },
      async (request) => {
        const renamed = await renameRegion(context.db, request.params.code, request.body, changeBy(request, context));
        await context.registryChanged();
        return renamed;
      },
    );

    api.delete(
      '/regions/:code',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['regions'],
          summary: 'Take out a region below a district that nothing refers to',
          params,
          response: answersNothing(),
        },
      },
      async (request, reply) => {
        await deleteRegion(context.db, request.params.code, changeBy(request, context));
        await context.registryChanged();
        reply.code(204);
        return null;
      },
    );
  };
}
