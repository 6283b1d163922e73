import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { PlatformError } from '../../domain/errors.ts';
import { metersInScope } from '../provenance/meters-in-scope.ts';
import type { RawItem, RawMessageAt } from '../provenance/raw-messages.ts';
import type { Scope } from '../scope.ts';
import { requestScope } from './access.ts';
import { answers } from './answers.ts';
import type { ApiContext } from './context.ts';
import { messageQuery, messageSchema, type RawMessage } from './schemas/message.ts';

const params = z.object({ position: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER) });
/** A day on either side: the zone decides which date an instant has, and a share may end within it. */
const DAY_MS = 86_400_000;
const LATE_MS = 2 * DAY_MS;
const ROWS_LOOKED_AT = 20_000;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Raw messages by their position in the spool. */
export function messageRoutes(context: ApiContext): FastifyPluginAsyncZod {
  return async (api) => {
    api.get(
      '/messages/:position',
      {
        schema: {
          tags: ['provenance'],
          summary: 'A raw message as it came in: topic, collector, bytes, and where they lie',
          description:
            'Whoever may see all institutions sees any message whole. Others name the meter whose reading led them here ' +
            'and see its part: the whole message where it is of that meter alone.',
          params,
          querystring: messageQuery,
          response: answers(messageSchema),
        },
      },
      async (request) => {
        const { position } = request.params;
        const { meter, ts } = request.query;
        const scope = requestScope(request);
        if (context.messages === undefined) throw notFound(position);
        if (scope.kind === 'all') {
          const message = await context.messages.at(position);
          if (message === undefined) throw notFound(position);
          return wholeToApi(context, message);
        }
        if (meter === undefined) {
          throw new PlatformError('bad-request', 'meter: name the meter whose reading lies at this position');
        }
        const message = await context.messages.at(position);
        // Told alike whether there is none, or none that one may see: what others send is nobody's business.
        if (message === undefined || !(await leadsTo(context, scope, { message, meter, ts }))) throw notFound(position);
        return message.onlyMeter === meter ? wholeToApi(context, message) : partToApi(context, message, meter);
      },
    );
  };
}

/** True where a stored reading of the meter lies at the message, of an instant at which the meter was in scope. */
async function leadsTo(
  context: ApiContext,
  scope: Scope,
  { message, meter, ts }: { message: RawMessageAt; meter: string; ts: number | undefined },
): Promise<boolean> {
  const { db, series, zone } = context;
  const instants = message.items.flatMap(({ meter: id, observedAtMs }) => (id === meter ? (observedAtMs ?? []) : []));
  const asked = ts === undefined ? instants : [ts, ...instants];
  const ranges = [...new Set(asked)].map((ms) => [ms, ms + 1] as const);
  // What the registry reads otherwise by now is looked for where most readings are.
  if (ts === undefined) ranges.push([message.receivedAtMs - LATE_MS, message.receivedAtMs + DAY_MS]);
  for (const [from, to] of ranges) {
    const rows = await series.readings(meter, from, to, ROWS_LOOKED_AT);
    const row = rows.find(({ position }) => position === message.position);
    if (row === undefined) continue;
    const [day, today] = [zone.date(row.observedAtMs), zone.date(context.now())];
    for (const date of [day, today])
      if ((await metersInScope(db, scope, { first: date, last: date }, { meters: [meter] })).size > 0) return true;
  }
  return false;
}

function wholeToApi(context: ApiContext, message: RawMessageAt): RawMessage {
  return {
    ...headOf(context, message),
    ...bytesOf(message.payload),
    whole: true,
    items: itemsOf(context, message.items),
  };
}

// Several readings of the meter in one message come one behind the other, as they came in.
function partToApi(context: ApiContext, message: RawMessageAt, meter: string): RawMessage {
  // What was refused of it is none of its readings.
  const items = message.items.filter((item) => item.meter === meter && item.observedAtMs !== null);
  const parts = items.map(({ part }) => part).filter((part) => part !== null);
  const isKnown = parts.length > 0 && parts.length === items.length;
  return {
    ...headOf(context, message),
    ...(isKnown ? bytesOf(joined(parts)) : { payload: null, text: null }),
    whole: false,
    items: itemsOf(context, items),
  };
}

function headOf(
  { zone }: ApiContext,
  message: RawMessageAt,
): Pick<RawMessage, 'position' | 'topic' | 'collector' | 'receivedAt' | 'bytes' | 'in'> {
  return {
    position: message.position,
    topic: message.topic,
    collector: message.collector,
    receivedAt: zone.iso(message.receivedAtMs),
    bytes: message.payload.length,
    in: message.in,
  };
}

function itemsOf({ zone }: ApiContext, items: readonly RawItem[]): RawMessage['items'] {
  return items.map(({ meter, address, index, observedAtMs, values }) => ({
    meter,
    address,
    index,
    ts: observedAtMs === null ? null : zone.iso(observedAtMs),
    values,
  }));
}

function bytesOf(bytes: Uint8Array): Pick<RawMessage, 'payload' | 'text'> {
  return { payload: Buffer.from(bytes).toString('base64'), text: textOf(bytes) };
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return UTF8.decode(bytes);
  } catch {
    return null;
  }
}

// JSON by JSON in an array, frames one behind the other.
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const isJson = parts.every((part) => part[0] === 0x7b);
  if (!isJson) return Buffer.concat(parts);
  return Buffer.from(`[${parts.map((part) => Buffer.from(part).toString('utf8')).join(',')}]`);
}

function notFound(position: number): PlatformError {
  return new PlatformError(
    'not-found',
    `No message at position ${position} that you may see; raw messages are kept for RAW_ARCHIVE_DAYS`,
  );
}
