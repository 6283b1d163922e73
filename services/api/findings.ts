import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';

import { listFindings } from '../decisions/list-findings.ts';
import { requestScope } from './access.ts';
import { answers } from './answers.ts';
import type { ApiContext } from './context.ts';
import { decodeCursor, pageOf } from './cursor.ts';
import { listOf } from './schemas/common.ts';
import { findingQuery, findingSchema } from './schemas/finding.ts';
import { checkOrder } from './step-range.ts';

/** What the accounting of registers found that somebody should look at, and whether a decision covers it. */
export function findingRoutes(context: ApiContext): FastifyPluginAsyncZod {
  return async (api) => {
    api.get(
      '/findings',
      {
        schema: {
          tags: ['decisions'],
          summary: 'Readings that somebody should look at, newest first, with the decision that fits each',
          querystring: findingQuery,
          response: answers(listOf(findingSchema)),
        },
      },
      async (request) => {
        const { cursor, limit, from: fromMs, to: toMs, ...rest } = request.query;
        if (fromMs !== undefined && toMs !== undefined) checkOrder(fromMs, toMs);
        const view = { scope: requestScope(request), zone: context.zone, nowMs: context.now() };
        const after = decodeCursor(cursor, isPlace);
        return pageOf(
          await listFindings(context.db, view, { ...rest, fromMs, toMs, after, limit: limit + 1 }),
          limit,
          ({ row }) => [row.from_ms, row.meter_id, row.kind],
          ({ finding }) => finding,
        );
      },
    );
  };
}

/** The place of a finding in the list. */
function isPlace(key: unknown): key is [number, string, string] {
  const types = Array.isArray(key) ? key.map((part) => typeof part).join(' ') : '';
  return types === 'number string string';
}
