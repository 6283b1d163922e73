import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { PlatformError } from '../../domain/errors.ts';
import { requireInstitution } from '../registry/institutions.ts';
import { standbyDays } from '../rules/standby-days.ts';
import { requestScope } from './access.ts';
import { answers } from './answers.ts';
import type { ApiContext } from './context.ts';
import { instantInSchema, listOf } from './schemas/common.ts';
import { standbyDaySchema } from './schemas/institution.ts';
import { checkRange } from './step-range.ts';

/** The days are made from hours, so a range is bounded more tightly than one of sums. */
const MAX_DAYS = 400;

/** Electricity inside and outside working hours (Art. 20), by local day. */
export function standbyRoutes(context: ApiContext): FastifyPluginAsyncZod {
  return async (api) => {
    api.get(
      '/institutions/:id/standby',
      {
        schema: {
          tags: ['usage'],
          summary: 'Electricity inside and outside working hours by local day, and the limit it is held against',
          params: z.object({ id: z.string() }),
          querystring: z.object({ from: instantInSchema, to: instantInSchema }),
          response: answers(listOf(standbyDaySchema)),
        },
      },
      async (request) => {
        const { from, to } = request.query;
        const { id } = request.params;
        await requireInstitution(context.db, requestScope(request), id);
        checkRange(context.zone, from, to, '1d');
        if (to - from > MAX_DAYS * 86_400_000) {
          throw new PlatformError('bad-request', `to: at most ${MAX_DAYS} days at once; ask for a shorter range`);
        }
        return { items: await standbyDays(context, id, from, to), next: null };
      },
    );
  };
}
