import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import type { Zone } from '../../domain/zone.ts';
import { adoptCollector } from '../discovery/adopt-collector.ts';
import { adoptMeters } from '../discovery/adopt-meters.ts';
import { listHeardCollectors, type HeardCollectorKey } from '../discovery/heard-collectors.ts';
import { listHeardMeters, type HeardMeter, type HeardMeterKey } from '../discovery/heard-meters.ts';
import { listSparkplugNodes, type SparkplugNodeKey } from '../discovery/sparkplug-nodes.ts';
import { changeBy } from './access.ts';
import { answers, answersCreated } from './answers.ts';
import type { ApiContext } from './context.ts';
import { decodeCursor, encodeCursor, pageOf } from './cursor.ts';
import { listOf, pageQuery } from './schemas/common.ts';
import {
  adoptCollectorAnswerSchema,
  adoptCollectorSchema,
  adoptedMetersSchema,
  adoptMetersSchema,
  heardCollectorSchema,
  heardMeterSchema,
  heardMetersQuery,
  sparkplugNodeSchema,
  type HeardMeterItem,
} from './schemas/discovery.ts';

const isHeardMeterKey = (key: unknown): key is HeardMeterKey => isKeyOf(key, ['number', 'string', 'string', 'string']);
const isHeardCollectorKey = (key: unknown): key is HeardCollectorKey => isKeyOf(key, ['number', 'string']);
const isSparkplugNodeKey = (key: unknown): key is SparkplugNodeKey => isKeyOf(key, ['string', 'string']);

/** What was heard and is not registered, and how it becomes registered. */
export function discoveryRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { zone } = context;
  return async (api) => {
    api.get(
      '/discovery/meters',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['discovery'],
          summary: 'Meters that messages name and nobody has registered, the one heard last first',
          querystring: heardMetersQuery,
          response: answers(listOf(heardMeterSchema)),
        },
      },
      async (request) => {
        const { cursor, limit, ...filter } = request.query;
        const after = decodeCursor(cursor, isHeardMeterKey);
        const { meters, next } = await listHeardMeters(context.db, filter, { after, rows: limit });
        return {
          items: meters.map((meter) => heardMeterOf(meter, zone)),
          next: next === undefined ? null : encodeCursor(next),
        };
      },
    );

    api.get(
      '/discovery/collectors',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['discovery'],
          summary: 'Collectors that tried to log in, or whose messages came, and nobody has registered; newest first',
          querystring: z.object(pageQuery),
          response: answers(listOf(heardCollectorSchema)),
        },
      },
      async (request) => {
        const { cursor, limit } = request.query;
        const after = decodeCursor(cursor, isHeardCollectorKey);
        return pageOf(
          await listHeardCollectors(context.db, { after, limit: limit + 1 }),
          limit,
          ({ lastMs, name }) => [lastMs, name],
          ({ firstMs, lastMs, ...collector }) => ({
            ...collector,
            since: zone.iso(firstMs),
            lastSeen: zone.iso(lastMs),
          }),
        );
      },
    );

    api.get(
      '/discovery/sparkplug',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['discovery'],
          summary: 'Sparkplug edge nodes: whether they are online, and how often messages of theirs were missing',
          querystring: z.object(pageQuery),
          response: answers(listOf(sparkplugNodeSchema)),
        },
      },
      async (request) => {
        const { cursor, limit } = request.query;
        const after = decodeCursor(cursor, isSparkplugNodeKey);
        return pageOf(
          await listSparkplugNodes(context.db, { after, limit: limit + 1 }),
          limit,
          ({ collector, node }) => [collector, node],
          ({ lastGapMs, lastMs, ...node }) => ({
            ...node,
            lastGap: lastGapMs === null ? null : zone.iso(lastGapMs),
            lastMessage: zone.iso(lastMs),
          }),
        );
      },
    );

    api.post(
      '/discovery/meters/adopt',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['discovery'],
          summary: 'Register meters that were heard, all of them or none; what they sent before is tried again',
          body: adoptMetersSchema,
          response: answersCreated(adoptedMetersSchema),
        },
      },
      async (request, reply) => {
        const adoptions = Array.isArray(request.body) ? request.body : [request.body];
        const items = await adoptMeters(context.db, adoptions, changeBy(request, context), zone);
        await context.registryChanged();
        context.replayRequested();
        reply.code(201);
        return { items };
      },
    );

    api.post(
      '/discovery/collectors/adopt',
      {
        config: { access: ['admin'] },
        schema: {
          tags: ['discovery'],
          summary: 'Register a collector that was heard; its token (the MQTT password) is shown this once',
          body: adoptCollectorSchema,
          response: answersCreated(adoptCollectorAnswerSchema),
        },
      },
      async (request, reply) => {
        const made = await adoptCollector(context.db, request.body, changeBy(request, context));
        await context.registryChanged();
        reply.code(201).header('cache-control', 'no-store');
        return made;
      },
    );
  };
}

function isKeyOf(key: unknown, types: readonly ('string' | 'number')[]): boolean {
  if (!Array.isArray(key) || key.length !== types.length) return false;
  return types.every((type, index) =>
    type === 'number' ? Number.isSafeInteger(key[index]) : typeof key[index] === type,
  );
}

function heardMeterOf({ fields, firstMs, lastMs, ...meter }: HeardMeter, zone: Zone): HeardMeterItem {
  return { ...meter, lastValues: fields, since: zone.iso(firstMs), lastSeen: zone.iso(lastMs) };
}
