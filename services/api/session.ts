import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';

import { PlatformError } from '../../domain/errors.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { Account } from '../accounts/users.ts';
import { accountOf, markCookie } from './access.ts';
import { answers } from './answers.ts';
import type { ApiContext } from './context.ts';
import { scopeNameOf } from './scope-name.ts';
import { loginSchema, type Session, sessionSchema } from './schemas/session.ts';

/** Log in, who am I, log out. */
export function sessionRoutes(context: ApiContext): FastifyPluginAsyncZod {
  return async (api) => {
    api.post(
      '/session',
      {
        config: {
          access: 'public',
          rateLimit: { max: context.rateLimits?.logins ?? 120, timeWindow: '1 minute' },
        },
        schema: { tags: ['session'], summary: 'Log in', body: loginSchema, response: answers(sessionSchema) },
      },
      async (request, reply) => {
        const outcome = await context.login(request.body.username, request.body.password, context.now());
        if (!outcome.ok) {
          if (outcome.reason === 'wrong') {
            throw new PlatformError('unauthenticated', 'User name or password is wrong');
          }
          const waitS = Math.ceil((outcome.untilMs - context.now()) / 1000);
          reply.header('retry-after', String(waitS));
          throw new PlatformError(
            'locked-out',
            `Too many wrong passwords; try again at ${context.zone.iso(outcome.untilMs)}`,
          );
        }
        // A new id, so that an id planted before the login is worth nothing.
        await request.session.regenerate();
        markCookie(request);
        request.session.userId = outcome.account.id;
        return sessionOf(context.db, outcome.account);
      },
    );

    api.get(
      '/session',
      {
        config: { access: 'public' },
        schema: { tags: ['session'], summary: 'Who is logged in', response: answers(sessionSchema) },
      },
      async (request) => sessionOf(context.db, accountOf(request)),
    );

    api.delete(
      '/session',
      {
        config: { access: 'public' },
        schema: { tags: ['session'], summary: 'Log out', response: { 204: z.null() } },
      },
      async (request, reply) => {
        await request.session.destroy();
        reply.clearCookie(SESSION_COOKIE, { path: SESSION_COOKIE_PATH });
        return reply.code(204).send(null);
      },
    );
  };
}

/** Name and path of the session cookie. */
export const SESSION_COOKIE = 'jieneng-session';
export const SESSION_COOKIE_PATH = '/api';

async function sessionOf(db: Kysely<Database>, account: Account): Promise<Session> {
  return {
    username: account.username,
    role: account.role,
    institutionId: account.institutionId,
    regionCode: account.regionCode,
    scopeName: await scopeNameOf(db, account),
  };
}
