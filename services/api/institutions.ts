import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { changeInstitution } from '../registry/change-institution.ts';
import { createInstitution, getInstitution, listInstitutions } from '../registry/institutions.ts';
import { changeBy, requestScope } from './access.ts';
import { answers, answersCreated } from './answers.ts';
import type { ApiContext } from './context.ts';
import { answerPage, listPageOf } from './registry-page.ts';
import { listOf } from './schemas/common.ts';
import {
  institutionChangeSchema,
  institutionSchema,
  institutionsQuery,
  newInstitutionSchema,
} from './schemas/institution.ts';

/** Institutions: list, one, enter, change. */
export function institutionRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const today = (): string => context.zone.date(context.now());
  return async (api) => {
    api.get(
      '/institutions',
      {
        schema: {
          tags: ['institutions'],
          summary: 'The institutions one may see, with the figures in force today',
          querystring: institutionsQuery,
          response: answers(listOf(institutionSchema)),
        },
      },
      async (request) => {
        const { query } = request;
        const filter = { ...query, ...listPageOf(query), date: today() };
        return answerPage(await listInstitutions(context.db, requestScope(request), filter), query);
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

    api.patch(
      '/institutions/:id',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['institutions'],
          summary: 'Change what of an institution has no date, or end it on a day (null takes the end back)',
          params: z.object({ id: z.string() }),
          body: institutionChangeSchema,
          response: answers(institutionSchema),
        },
      },
      async (request) => {
        const { id } = request.params;
        await changeInstitution(context.db, id, request.body, changeBy(request, context));
        await context.registryChanged();
        return getInstitution(context.db, requestScope(request), id, today());
      },
    );
  };
}
