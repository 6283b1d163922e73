import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';

import { PlatformError } from '../../domain/errors.ts';
import { answerPoint } from '../provenance/answer-account.ts';
import { requestScope } from './access.ts';
import { answers } from './answers.ts';
import type { ApiContext } from './context.ts';
import { decodeCursor, encodeCursor, isNumberKey } from './cursor.ts';
import { openedFigure, requireVisibleMeter } from './provenance-figure.ts';
import {
  provenanceQuery,
  provenanceReadingsQuery,
  provenanceReadingsSchema,
  provenanceSchema,
} from './schemas/provenance.ts';
import { checkOrder } from './step-range.ts';

/** Quantities of an instant, at most. */
const METRICS_AT_ONCE = 200;

/** Opens figures of usage and of reports down to the readings and raw messages that they are made of. */
export function provenanceRoutes(context: ApiContext): FastifyPluginAsyncZod {
  return async (api) => {
    api.get(
      '/provenance',
      {
        schema: {
          tags: ['provenance'],
          summary: 'Where a figure comes from: meters, runs of their registers, readings, raw messages, corrections',
          querystring: provenanceQuery,
          response: answers(provenanceSchema),
        },
      },
      async (request) => {
        const reader = context.provenance;
        if (reader === undefined) throw new PlatformError('not-ready', 'Where figures come from is not at hand here');
        return openedFigure({ context, reader, scope: requestScope(request), query: request.query });
      },
    );

    api.get(
      '/provenance/readings',
      {
        schema: {
          tags: ['provenance'],
          summary: 'The stored registers of a meter over [from, to), each with where its message lies',
          querystring: provenanceReadingsQuery,
          response: answers(provenanceReadingsSchema),
        },
      },
      async (request) => {
        const { meter, metric, from, to, cursor, limit } = request.query;
        const { zone, series } = context;
        checkOrder(from, to);
        await requireVisibleMeter(context, requestScope(request), meter, { fromMs: from, toMs: to });
        const start = Math.max(from, decodeCursor(cursor, isNumberKey) ?? from);
        const wanted = limit * 4 + METRICS_AT_ONCE;
        const rows = start < to ? await series.readings(meter, start, to, wanted) : [];
        // The last instant may be cut.
        const isCut = rows.length === wanted;
        const cutMs = isCut ? rows.at(-1)!.observedAtMs : to;
        const whole = rows.filter(({ observedAtMs }) => observedAtMs < cutMs);
        const registers = whole.filter((row) => row.metric === metric);
        const shown = registers.slice(0, limit);
        const nextMs = registers[limit]?.observedAtMs ?? (isCut ? cutMs : undefined);
        return {
          items: shown.map(({ observedAtMs: atMs, value: register, position, receivedAtMs }) => {
            const point = { atMs, register, source: 'reading' as const, position, receivedAtMs };
            return answerPoint(meter, point, zone);
          }),
          next: nextMs === undefined ? null : encodeCursor(nextMs),
        };
      },
    );
  };
}
