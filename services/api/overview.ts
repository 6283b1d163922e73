import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { overview } from '../overview/overview.ts';
import { accountOf, requestScope } from './access.ts';
import { answers } from './answers.ts';
import type { ApiContext } from './context.ts';
import { yearSchema } from './schemas/common.ts';
import { overviewSchema } from './schemas/overview.ts';
import { scopeNameOf } from './scope-name.ts';

/** The city, or what one may see of it, in a year so far. */
export function overviewRoutes(context: ApiContext): FastifyPluginAsyncZod {
  return async (api) => {
    api.get(
      '/overview',
      {
        schema: {
          tags: ['overview'],
          summary: 'Use, ranking, quotas, alerts and reports of a year so far, this year where none is named',
          querystring: z.object({ year: yearSchema.optional() }),
          response: answers(overviewSchema),
        },
      },
      async (request) => {
        const year = request.query.year ?? context.zone.local(context.now()).year;
        const figures = await overview(context, requestScope(request), year);
        return { ...figures, scopeName: await scopeNameOf(context.db, accountOf(request)) };
      },
    );
  };
}
