import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { quotaProgress } from '../quotas/quota-progress.ts';
import { requireInstitution } from '../registry/institutions.ts';
import { putQuota } from '../registry/quotas.ts';
import { changeBy, requestScope } from './access.ts';
import { answers } from './answers.ts';
import type { ApiContext } from './context.ts';
import { listOf, usageMediumSchema, yearSchema } from './schemas/common.ts';
import { newQuotaSchema, quotaProgressSchema } from './schemas/institution.ts';

const quotaSchema = z.object({
  institutionId: z.string(),
  medium: usageMediumSchema,
  year: z.number(),
  annualLimit: z.number(),
  monthLimits: z.array(z.number()),
});

/** Quotas (定额): use against them, set one. */
export function quotaRoutes(context: ApiContext): FastifyPluginAsyncZod {
  return async (api) => {
    api.get(
      '/institutions/:id/quota',
      {
        schema: {
          tags: ['quotas'],
          summary: "Use against the institution's quotas of a year so far, this year where none is named",
          params: z.object({ id: z.string() }),
          querystring: z.object({ year: yearSchema.optional() }),
          response: answers(listOf(quotaProgressSchema)),
        },
      },
      async (request) => {
        const { id } = request.params;
        await requireInstitution(context.db, requestScope(request), id);
        const year = request.query.year ?? context.zone.local(context.now()).year;
        return { items: await quotaProgress(context, [id], year), next: null };
      },
    );

    api.put(
      '/institutions/:id/quotas/:year/:medium',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['quotas'],
          summary: 'Set the quota of a medium and year, in canonical units',
          params: z.object({ id: z.string(), year: yearSchema, medium: usageMediumSchema }),
          body: newQuotaSchema,
          response: answers(quotaSchema),
        },
      },
      async (request) => {
        const { id, year, medium } = request.params;
        const input = { institutionId: id, year, medium, ...request.body };
        const quota = await putQuota(context.db, requestScope(request), input, changeBy(request, context));
        await context.registryChanged();
        return quota;
      },
    );
  };
}
