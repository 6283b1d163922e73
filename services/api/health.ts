import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { PlatformError } from '../../domain/errors.ts';
import { answers } from './answers.ts';
import type { ApiContext } from './context.ts';
import { healthSchema } from './schemas/health.ts';

/** How the parts are (always 200 with a status), and whether requests can be served (200 or 503). */
export function healthRoutes(context: ApiContext): FastifyPluginAsyncZod {
  return async (api) => {
    api.get(
      '/health',
      {
        config: { access: 'public', rateLimit: false },
        schema: { tags: ['health'], summary: "Each part's state", response: answers(healthSchema) },
      },
      async (_request, reply) => {
        reply.header('cache-control', 'no-store');
        return context.health();
      },
    );

    api.get(
      '/ready',
      {
        config: { access: 'public', rateLimit: false },
        schema: {
          tags: ['health'],
          summary: 'Whether registry and readings answer',
          response: answers(z.object({ ready: z.literal(true) })),
        },
      },
      async (_request, reply) => {
        reply.header('cache-control', 'no-store');
        await context.db.selectFrom('region').select('code').limit(1).execute();
        const series = await context.series.health();
        if (!series.ok)
          throw new PlatformError('not-ready', `Readings cannot be reached: ${series.detail ?? series.kind}`);
        return { ready: true as const };
      },
    );
  };
}
