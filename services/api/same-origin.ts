import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { PlatformError } from '../../domain/errors.ts';
import { sendProblem } from './problem.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
const ACCEPTED = new Set(['application/json', 'multipart/form-data']);

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Media types of bodies that a route takes beside JSON and forms; never one that a foreign form can send. */
    accepts?: readonly string[];
  }
}

/**
 * Keeps other sites from acting in a visitor's name: a change takes only content types that a foreign form cannot
 * send, and an Origin, where the browser names one, must be ours.
 */
export function addSameOriginHook(api: FastifyInstance, publicUrl: string | undefined): void {
  const own = publicUrl === undefined ? undefined : new URL(publicUrl).origin;
  api.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    if (SAFE.has(request.method)) return undefined;
    const { origin } = request.headers;
    if (origin !== undefined && !isOwn(origin, request, own)) {
      throw new PlatformError('forbidden', `Changes are not taken from pages of ${origin}`);
    }
    if (!isAcceptedBody(request)) {
      return sendProblem(reply, 415, 'unsupported-media-type', 'Send the body as application/json');
    }
    return undefined;
  });
}

function isOwn(origin: string, request: FastifyRequest, own: string | undefined): boolean {
  if (!URL.canParse(origin)) return false;
  const from = new URL(origin);
  // Read with the origin's scheme, so that a port that goes without saying makes no difference.
  const asked = `${from.protocol}//${request.host}`;
  return from.origin === own || (URL.canParse(asked) && from.host === new URL(asked).host);
}

function isAcceptedBody(request: FastifyRequest): boolean {
  const type = request.headers['content-type'];
  if (type !== undefined) {
    const mediaType = (type.split(';', 1)[0] ?? '').trim().toLowerCase();
    return ACCEPTED.has(mediaType) || request.routeOptions.config.accepts?.includes(mediaType) === true;
  }
  return request.headers['transfer-encoding'] === undefined && Number(request.headers['content-length'] ?? 0) === 0;
}
