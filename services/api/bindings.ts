import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { PlatformError } from '../../domain/errors.ts';
import type { ReadyMapping } from '../../domain/ready-mappings/ready-mapping.ts';
import { READY_MAPPINGS, type ReadyFormat } from '../../domain/ready-mappings/ready-mappings.ts';
import { parseTopicPattern } from '../../domain/topic-pattern.ts';
import { changeBinding, createBinding, deleteBinding, getBinding, listBindings } from '../registry/bindings.ts';
import { changeBy } from './access.ts';
import { answers, answersCreated, answersNothing } from './answers.ts';
import type { ApiContext } from './context.ts';
import { decodeCursor, isTextKey, pageOf } from './cursor.ts';
import {
  bindingChangeSchema,
  bindingSchema,
  newBindingSchema,
  readyMappingSchema,
  triedMessageSchema,
  triedResultSchema,
  type ReadyMappingItem,
  type TriedMessage,
} from './schemas/binding.ts';
import { idSchema, listOf, pageQuery } from './schemas/common.ts';

const DEFAULT_BASE_TOPIC = 'energy/v1';
const params = z.object({ id: idSchema });

/** Bindings: which topics of other systems are whose, and how their payloads are read. */
export function bindingRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const baseTopic = context.baseTopic ?? DEFAULT_BASE_TOPIC;
  return async (api) => {
    api.get(
      '/bindings',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['bindings'],
          summary: 'Bindings by id',
          querystring: z.object(pageQuery),
          response: answers(listOf(bindingSchema)),
        },
      },
      async (request) => {
        const { cursor, limit } = request.query;
        const rows = await listBindings(context.db, { after: decodeCursor(cursor, isTextKey), limit: limit + 1 });
        return pageOf(
          rows,
          limit,
          (row) => row.id,
          (row) => row,
        );
      },
    );

    api.get(
      '/bindings/ready',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['bindings'],
          summary: 'The mappings that ship with the platform, with their usual topics and examples',
          response: answers(listOf(readyMappingSchema)),
        },
      },
      async () => ({ items: readyItems(), next: null }),
    );

    api.get(
      '/bindings/:id',
      {
        config: { access: ['admin', 'bureau'] },
        schema: { tags: ['bindings'], summary: 'One binding', params, response: answers(bindingSchema) },
      },
      async (request) => getBinding(context.db, request.params.id),
    );

    api.post(
      '/bindings',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['bindings'],
          summary: 'Bind topics of another system to a collector and a format',
          body: newBindingSchema,
          response: answersCreated(bindingSchema),
        },
      },
      async (request, reply) => {
        const made = await createBinding(context.db, request.body, baseTopic, changeBy(request, context));
        await context.registryChanged();
        reply.code(201);
        return made;
      },
    );

    api.patch(
      '/bindings/:id',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['bindings'],
          summary: 'Change a binding, or switch it off and on',
          params,
          body: bindingChangeSchema,
          response: answers(bindingSchema),
        },
      },
      async (request) => {
        const change = changeBy(request, context);
        const changed = await changeBinding(context.db, request.params.id, request.body, baseTopic, change);
        await context.registryChanged();
        return changed;
      },
    );

    api.delete(
      '/bindings/:id',
      {
        config: { access: ['admin', 'bureau'] },
        schema: { tags: ['bindings'], summary: 'Take out a binding', params, response: answersNothing() },
      },
      async (request, reply) => {
        await deleteBinding(context.db, request.params.id, changeBy(request, context));
        await context.registryChanged();
        reply.code(204);
        return null;
      },
    );

    api.post(
      '/bindings/try',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['bindings'],
          summary: 'What a message would become by a binding; nothing is stored',
          body: triedMessageSchema,
          response: answers(triedResultSchema),
        },
      },
      async (request) => {
        requireFit(request.body);
        if (context.tryDecode === undefined) {
          throw new PlatformError('not-ready', 'This process takes no messages; ask one that does');
        }
        return context.tryDecode(request.body);
      },
    );
  };
}

function readyItems(): ReadyMappingItem[] {
  return (Object.entries(READY_MAPPINGS) as [ReadyFormat, ReadyMapping][]).map(([format, ready]) => ({
    ...ready,
    format,
    topics: [...ready.topics],
    note: ready.note ?? null,
    examples: [...ready.examples],
  }));
}

function requireFit({ topic, pattern = topic, format, mapping }: TriedMessage): void {
  const parsed = parseTopicPattern(pattern);
  if (parsed === undefined) throw new PlatformError('bad-request', `pattern: ${pattern} is no pattern of topics`);
  if (parsed.match(topic) === undefined) {
    throw new PlatformError(
      'bad-request',
      `topic: ${topic} does not fit the pattern ${pattern}; correct one of the two`,
    );
  }
  if ((format === 'mapping') !== (mapping !== null)) {
    throw new PlatformError('bad-request', 'mapping: belongs to the format mapping, and to no other');
  }
}
