import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';

import { listRegions } from '../registry/regions.ts';
import { answers } from './answers.ts';
import type { ApiContext } from './context.ts';
import { listOf } from './schemas/common.ts';
import { regionSchema } from './schemas/institution.ts';

/** The region tree; names of places are no secret within the platform. */
export function regionRoutes(context: ApiContext): FastifyPluginAsyncZod {
  return async (api) => {
    api.get(
      '/regions',
      { schema: { tags: ['regions'], summary: 'Regions by code', response: answers(listOf(regionSchema)) } },
      async () => {
        const rows = await listRegions(context.db);
        const items = rows.map((row) => ({
          code: row.code,
          name: row.name_zh,
          nameEn: row.name_en,
          kind: row.kind,
          parentCode: row.parent_code,
        }));
        return { items, next: null };
      },
    );
  };
}
