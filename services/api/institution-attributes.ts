import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { dropAttribute, listAttributes, putAttribute } from '../registry/institution-attributes.ts';
import { changeBy, requestScope } from './access.ts';
import { answers, answersNothing } from './answers.ts';
import type { ApiContext } from './context.ts';
import { dateSchema, listOf } from './schemas/common.ts';
import { ATTRIBUTES, attributeSchema, attributeValueSchema } from './schemas/institution.ts';

const params = z.object({ id: z.string(), name: z.enum(ATTRIBUTES), validFrom: dateSchema });

/** The dated figures of institutions: floor and office area, people using energy, establishment. */
export function institutionAttributeRoutes(context: ApiContext): FastifyPluginAsyncZod {
  return async (api) => {
    api.get(
      '/institutions/:id/attributes',
      {
        schema: {
          tags: ['institutions'],
          summary: 'The dated figures of an institution, each by date',
          params: z.object({ id: z.string() }),
          response: answers(listOf(attributeSchema)),
        },
      },
      async (request) => {
        const items = await listAttributes(context.db, requestScope(request), request.params.id);
        return { items, next: null };
      },
    );

    api.put(
      '/institutions/:id/attributes/:name/:validFrom',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['institutions'],
          summary: 'Enter a figure from a day on, or correct the one that begins on it',
          params,
          body: attributeValueSchema,
          response: answers(attributeSchema),
        },
      },
      async (request) => {
        const { id, name, validFrom } = request.params;
        const key = { institutionId: id, name, validFrom };
        const scope = requestScope(request);
        const entered = await putAttribute(context.db, scope, key, request.body.value, changeBy(request, context));
        await context.registryChanged();
        return entered;
      },
    );

    api.delete(
      '/institutions/:id/attributes/:name/:validFrom',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['institutions'],
          summary: 'Take out a figure; the one before it goes on',
          params,
          response: answersNothing(),
        },
      },
      async (request, reply) => {
        const { id, name, validFrom } = request.params;
        const key = { institutionId: id, name, validFrom };
        await dropAttribute(context.db, requestScope(request), key, changeBy(request, context));
        await context.registryChanged();
        reply.code(204);
        return null;
      },
    );
  };
}
