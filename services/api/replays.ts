import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import type { Zone } from '../../domain/zone.ts';
import { getReplay, listReplays, type ReplayRequest } from '../quarantine/list-replays.ts';
import { requestReplay } from '../quarantine/request-replay.ts';
import { changeBy } from './access.ts';
import { answers, answersAccepted } from './answers.ts';
import type { ApiContext } from './context.ts';
import { decodeCursor, isNumberKey, pageOf } from './cursor.ts';
import { filterOf } from './quarantine.ts';
import { listOf, pageQuery } from './schemas/common.ts';
import { newReplaySchema, replaySchema, type Replay } from './schemas/quarantine.ts';

/** Requests to try messages of quarantine again, after what they failed for was put right. */
export function replayRoutes(context: ApiContext): FastifyPluginAsyncZod {
  return async (api) => {
    api.post(
      '/quarantine/replay',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['quarantine'],
          summary: 'Try messages of quarantine again, as they came; what is still wrong comes back',
          body: newReplaySchema,
          response: answersAccepted(replaySchema),
        },
      },
      async (request, reply) => {
        const id = await requestReplay(context.db, filterOf(request.body), changeBy(request, context));
        context.replayRequested();
        reply.code(202).header('location', `/api/quarantine/replays/${id}`);
        return replayOf(await getReplay(context.db, id), context.zone);
      },
    );

    api.get(
      '/quarantine/replays',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['quarantine'],
          summary: 'Replays and how far they are, newest first',
          querystring: z.object(pageQuery),
          response: answers(listOf(replaySchema)),
        },
      },
      async (request) => {
        const { cursor, limit } = request.query;
        const page = { before: decodeCursor(cursor, isNumberKey), limit: limit + 1 };
        return pageOf(
          await listReplays(context.db, page),
          limit,
          ({ id }) => id,
          (row) => replayOf(row, context.zone),
        );
      },
    );

    api.get(
      '/quarantine/replays/:id',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['quarantine'],
          summary: 'One replay and how far it is',
          params: z.object({ id: z.coerce.number().int() }),
          response: answers(replaySchema),
        },
      },
      async (request) => replayOf(await getReplay(context.db, request.params.id), context.zone),
    );
  };
}

function replayOf(request: ReplayRequest, zone: Zone): Replay {
  const { ids, reasons, collector, meter, meters, address, topic, fromMs, toMs, automatic } = request.order ?? {};
  return {
    id: request.id,
    requestedAt: zone.iso(request.requestedAtMs),
    requestedBy: request.requestedBy,
    automatic: automatic ?? false,
    filter: {
      ids,
      reasons,
      collector,
      meter: meter ?? (meters?.length === 1 ? meters[0]?.id : undefined),
      meters: meters === undefined || meters.length === 1 ? undefined : meters.length,
      address,
      topic,
      from: fromMs === undefined ? undefined : zone.iso(fromMs),
      to: toMs === undefined ? undefined : zone.iso(toMs),
    },
    state: request.state as Replay['state'],
    messages: request.messages,
    finishedAt: request.finishedAtMs === null ? null : zone.iso(request.finishedAtMs),
    error: request.error,
  };
}
