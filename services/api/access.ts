import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { PlatformError } from '../../domain/errors.ts';
import type { Change } from '../accounts/audit.ts';
import { type Account, findUser, scopeOf } from '../accounts/users.ts';
import type { Scope } from '../scope.ts';
import type { ApiContext } from './context.ts';
import type { Role } from './schemas/session.ts';

declare module 'fastify' {
  interface FastifyRequest {
    account: Account | null;
  }
  interface FastifyContextConfig {
    /** Who may call: anyone, some roles, or (left out) whoever is logged in. */
    access?: 'public' | readonly Role[];
  }
  interface Session {
    userId?: string;
  }
}

/**
 * Who calls, and may they: looked up anew at each request, so that a change of role holds at once. Runs before the
 * request's body or query is looked at, so that a stranger learns nothing from their errors.
 */
export function addAccessHook(api: FastifyInstance, context: ApiContext): void {
  api.decorateRequest('account', null);
  api.addHook('onRequest', async (request: FastifyRequest, _reply: FastifyReply) => {
    markCookie(request);
    const { userId } = request.session;
    request.account = userId === undefined ? null : ((await findUser(context.db, userId)) ?? null);
    const { access } = request.routeOptions.config;
    if (access === 'public') return;
    const { account } = request;
    if (account === null) throw new PlatformError('unauthenticated', 'Log in first: POST /api/session');
    if (access !== undefined && !access.includes(account.role)) {
      throw new PlatformError('forbidden', `This needs the role ${access.join(' or ')}; yours is ${account.role}`);
    }
  });
}

/** Behind TLS the cookie is Secure. The plugin's own `auto` would turn SameSite to lax without TLS. */
export function markCookie(request: FastifyRequest): void {
  request.session.cookie.secure = request.protocol === 'https';
}

/** The account of a route that is not public. */
export function accountOf(request: FastifyRequest): Account {
  if (request.account === null) throw new PlatformError('unauthenticated', 'Log in first: POST /api/session');
  return request.account;
}

/** What the caller may look at. */
export function requestScope(request: FastifyRequest): Scope {
  return scopeOf(accountOf(request));
}

/** The audit trail's who and when of this request. */
export function changeBy(request: FastifyRequest, context: ApiContext): Change {
  return { userId: accountOf(request).id, nowMs: context.now() };
}
