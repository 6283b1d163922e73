import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { normaliseAddress } from '../../domain/meter-address.ts';
import type { QuarantineFilter } from '../../domain/quarantine-filter.ts';
import type { QuarantineReason } from '../../domain/reading.ts';
import type { Zone } from '../../domain/zone.ts';
import { createQuarantineSummary } from '../quarantine/quarantine-summary.ts';
import { searchQuarantine, type FoundItem } from '../quarantine/search-quarantine.ts';
import { answers } from './answers.ts';
import type { ApiContext } from './context.ts';
import { decodeCursor, encodeCursor, isNumberKey } from './cursor.ts';
import { listOf } from './schemas/common.ts';
import {
  quarantineItemSchema,
  quarantineQuery,
  quarantineSummarySchema,
  type QuarantineItem,
} from './schemas/quarantine.ts';

/** What could not become a reading: search, and in numbers. */
export function quarantineRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const summary = createQuarantineSummary(context.db, () => context.now());

  return async (api) => {
    api.get(
      '/quarantine',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['quarantine'],
          summary: 'Messages, or items of them, that could not become readings, newest first',
          querystring: quarantineQuery,
          response: answers(listOf(quarantineItemSchema)),
        },
      },
      async (request) => {
        const { cursor, limit, ...criteria } = request.query;
        const before = decodeCursor(cursor, isNumberKey);
        const { items, next } = await searchQuarantine(context.db, filterOf(criteria), { before, limit });
        return {
          items: items.map((item) => itemOf(item, context.zone)),
          next: next === undefined ? null : encodeCursor(next),
        };
      },
    );

    api.get(
      '/quarantine/summary',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['quarantine'],
          summary: 'How much is in quarantine, by reason and by collector, and how much was let go',
          response: answers(quarantineSummarySchema),
        },
      },
      async () => {
        const { items, byReason, byCollector, oldestMs, evicted } = await summary();
        return {
          items,
          reasons: mostFirst(byReason).map(([reason, count]) => ({
            reason: reason as QuarantineReason,
            items: count,
          })),
          collectors: mostFirst(byCollector).map(([collector, count]) => ({ collector, items: count })),
          oldest: oldestMs === null ? null : context.zone.iso(oldestMs),
          evicted: { age: evicted.get('age') ?? 0, size: evicted.get('size') ?? 0 },
        };
      },
    );
  };
}

/** The filter that the criteria of a query or body stand for. */
export function filterOf(
  criteria: Omit<z.output<typeof quarantineQuery>, 'cursor' | 'limit'> & { ids?: number[] | undefined },
): QuarantineFilter {
  const { reason, from, to, address, ...others } = criteria;
  return {
    ...others,
    address: address === undefined ? undefined : normaliseAddress(address),
    reasons: reason === undefined ? undefined : [reason],
    fromMs: from,
    toMs: to,
  };
}

function itemOf(item: FoundItem, zone: Zone): QuarantineItem {
  return {
    id: item.id,
    receivedAt: zone.iso(item.received_at),
    topic: item.topic,
    collector: item.collector,
    meter: item.meter,
    address: item.address,
    payload: item.payload.toString('base64'),
    reason: item.reason as QuarantineReason,
    detail: item.detail,
    index: item.item_index < 0 ? null : item.item_index,
  };
}

function mostFirst(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].toSorted(([, a], [, b]) => b - a);
}
