import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';

import { createCoefficientSet, deleteCoefficientSet, listCoefficientSets } from '../cost/coefficient-sets.ts';
import { changeBy } from './access.ts';
import { answers, answersCreated, answersNothing } from './answers.ts';
import type { ApiContext } from './context.ts';
import { coefficientParams, coefficientSetSchema, newCoefficientSetSchema } from './schemas/coefficient.ts';
import { listOf } from './schemas/common.ts';

const EDITORS = ['admin', 'bureau'] as const;

/** Coefficient sets (折标准煤系数, 二氧化碳排放因子): those that ship, and those entered in their place from a day on. */
export function coefficientRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { db } = context;
  return async (api) => {
    api.get(
      '/coefficients',
      {
        schema: {
          tags: ['coefficients'],
          summary: 'Coefficient sets by the day from which they hold, with their sources',
          response: answers(listOf(coefficientSetSchema)),
        },
      },
      async () => ({ items: await listCoefficientSets(db), next: null }),
    );

    api.post(
      '/coefficients',
      {
        config: { access: EDITORS },
        schema: {
          tags: ['coefficients'],
          summary: 'Enter a set that stands in for what ships, from a day on until the next one that is entered',
          body: newCoefficientSetSchema,
          response: answersCreated(coefficientSetSchema),
        },
      },
      async (request, reply) => {
        const made = await createCoefficientSet(db, request.body, changeBy(request, context));
        reply.code(201);
        return made;
      },
    );

    api.delete(
      '/coefficients/:validFrom',
      {
        config: { access: EDITORS },
        schema: {
          tags: ['coefficients'],
          summary: 'Take out a set that was entered: what held before it goes on',
          params: coefficientParams,
          response: answersNothing(),
        },
      },
      async (request, reply) => {
        await deleteCoefficientSet(db, request.params.validFrom, changeBy(request, context));
        reply.code(204);
        return null;
      },
    );
  };
}
