import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { createInstitution, getInstitution, listInstitutions } from '../registry/institutions.ts';
import { changeBy, requestScope } from './access.ts';
import { answers, answersCreated } from './answers.ts';
import type { ApiContext } from './context.ts';
import { decodeCursor, isTextKey, pageOf } from './cursor.ts';
import { listOf, pageQuery } from './schemas/common.ts';
import { institutionSchema, newInstitutionSchema } from './schemas/institution.ts';

/** Institutions: list, one, enter. */
export function institutionRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const today = (): string => context.zone.date(context.now());
  return async (api) => {
    api.get(
      '/institutions',
      {
        schema: {
          tags: ['institutions'],
          summary: 'The institutions one may see, by id',
          querystring: z.object(pageQuery),
          response: answers(listOf(institutionSchema)),
        },
      },
      async (request) => {
        const { cursor, limit } = request.query;
        const after = decodeCursor(cursor, isTextKey);
        const filter = { date: today(), after, limit: limit + 1 };
        const rows = await listInstitutions(context.db, requestScope(request), filter);
        return pageOf(
          rows,
          limit,
          (row) => row.id,
          (row) => row,
        );
      },
    );

    api.get(
      '/institutions/:id',
      {
        schema: {
          tags: ['institutions'],
          summary: 'One institution with the figures in force today',
          params: z.object({ id: z.string() }),
          response: answers(institutionSchema),
        },
      },
      async (request) => getInstitution(context.db, requestScope(request), request.params.id, today()),
    );

    api.post(
      '/institutions',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['institutions'],
          summary: 'Enter an institution',
          body: newInstitutionSchema,
          response: answersCreated(institutionSchema),
        },
      },
      async (request, reply) => {
        await createInstitution(context.db, request.body, changeBy(request, context));
        await context.registryChanged();
        reply.code(201);
        return getInstitution(context.db, requestScope(request), request.body.id, today());
      },
    );
  };
}
