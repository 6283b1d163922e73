import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import type { QuarantineReason } from '../../domain/reading.ts';
import { answers } from './answers.ts';
import type { ApiContext } from './context.ts';
import { decodeCursor, isNumberKey, pageOf } from './cursor.ts';
import { listOf, pageQuery } from './schemas/common.ts';
import { quarantineItemSchema, quarantineQuery } from './schemas/quarantine.ts';

/** What could not become a reading, newest first, with its reason and bytes. */
export function quarantineRoutes(context: ApiContext): FastifyPluginAsyncZod {
  return async (api) => {
    api.get(
      '/quarantine',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['quarantine'],
          summary: 'Messages, or items of them, that could not become readings, newest first',
          querystring: quarantineQuery.extend(pageQuery),
          response: answers(listOf(quarantineItemSchema)),
        },
      },
      async (request) => {
        const { reason, collector, cursor, limit } = request.query;
        const before = decodeCursor(cursor, isNumberKey);
        let query = context.db
          .selectFrom('quarantine')
          .innerJoin('quarantine_message', 'quarantine_message.position', 'quarantine.position')
          .select(['id', 'reason', 'detail', 'item_index', 'received_at', 'topic', 'collector', 'payload'])
          .orderBy('id', 'desc')
          .limit(limit + 1);
        if (reason !== undefined) query = query.where('reason', '=', reason);
        if (collector !== undefined) query = query.where('collector', '=', collector);
        if (before !== undefined) query = query.where('id', '<', before);
        return pageOf(
          await query.execute(),
          limit,
          (row) => row.id,
          (row): z.output<typeof quarantineItemSchema> => ({
            id: row.id,
            receivedAt: context.zone.iso(row.received_at),
            topic: row.topic,
            collector: row.collector,
            payload: Buffer.from(row.payload).toString('base64'),
            reason: row.reason as QuarantineReason,
            detail: row.detail,
            index: row.item_index < 0 ? null : row.item_index,
          }),
        );
      },
    );
  };
}
