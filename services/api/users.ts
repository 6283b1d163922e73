import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { createUser, listUsers } from '../accounts/users.ts';
import { changeBy } from './access.ts';
import { answers, answersCreated } from './answers.ts';
import type { ApiContext } from './context.ts';
import { decodeCursor, isTextKey, pageOf } from './cursor.ts';
import { listOf, pageQuery } from './schemas/common.ts';
import { newUserSchema, userSchema } from './schemas/session.ts';

/** People with a login: list and enter; the administrator's matter. */
export function userRoutes(context: ApiContext): FastifyPluginAsyncZod {
  return async (api) => {
    api.get(
      '/users',
      {
        config: { access: ['admin'] },
        schema: {
          tags: ['users'],
          summary: 'Users by name',
          querystring: z.object(pageQuery),
          response: answers(listOf(userSchema)),
        },
      },
      async (request) => {
        const { cursor, limit } = request.query;
        const page = { after: decodeCursor(cursor, isTextKey), limit: limit + 1 };
        return pageOf(
          await listUsers(context.db, page),
          limit,
          (user) => user.username,
          (user) => user,
        );
      },
    );

    api.post(
      '/users',
      {
        config: { access: ['admin'] },
        schema: {
          tags: ['users'],
          summary: 'Enter a user',
          body: newUserSchema,
          response: answersCreated(userSchema),
        },
      },
      async (request, reply) => {
        reply.code(201);
        return createUser(context.db, context.passwords, request.body, changeBy(request, context));
      },
    );
  };
}
