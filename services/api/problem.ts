import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';

import { type ErrorCode, PlatformError } from '../../domain/errors.ts';
import type { Problem } from './schemas/common.ts';
import { wordsOfIssue } from './words-of-issue.ts';

const STATUS: Partial<Record<ErrorCode, number>> = {
  'bad-request': 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'locked-out': 429,
  'store-unavailable': 503,
  'spool-full': 503,
  'not-ready': 503,
};

/** What a registry's engine says when its disk is full: SQLite, PostgreSQL. */
const DISK_FULL: ReadonlySet<string> = new Set(['SQLITE_FULL', '53100']);

/** Codes of what fails before a service is asked, by HTTP status. */
const CODE_OF_STATUS: Record<number, string> = {
  400: 'bad-request',
  404: 'not-found',
  405: 'method-not-allowed',
  406: 'not-acceptable',
  413: 'too-large',
  415: 'unsupported-media-type',
  429: 'too-many-requests',
};

const TITLES: Record<number, string> = {
  400: 'The request is not as it must be',
  401: 'Log in first',
  403: 'Not allowed',
  404: 'Not found',
  409: 'It conflicts with what is there',
  413: 'Too large',
  415: 'Only JSON is accepted',
  429: 'Too many attempts',
  503: 'Not available for now',
};

/** Answers with RFC 9457 problem+json. The code is stable, the detail says what to do. */
export function sendProblem(reply: FastifyReply, status: number, code: string, detail: string): FastifyReply {
  const title = TITLES[status] ?? (status >= 500 ? 'Something failed here' : 'The request failed');
  const problem: Problem = { type: 'about:blank', title, status, code, detail };
  // Sent as text: the schema of a route's answers is not asked again for its problems.
  return reply.code(status).type('application/problem+json').serializer(JSON.stringify).send(problem);
}

/** Turns whatever a request failed with into a problem; what nobody foresaw is logged and kept to ourselves. */
export function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof PlatformError) {
    const status = STATUS[error.code] ?? 500;
    if (status >= 500) request.log.error({ err: error }, 'request failed');
    if (status === 503) reply.header('retry-after', '5');
    return sendProblem(reply, status, error.code, error.message);
  }
  if (DISK_FULL.has(error.code)) {
    request.log.error({ err: error }, 'request failed');
    reply.header('retry-after', '5');
    return sendProblem(reply, 503, 'store-unavailable', 'The disk is full: nothing can be saved until there is room');
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const detail = error.validation
      .map((issue) => wordsOfIssue(error.validationContext ?? 'request', issue))
      .join('; ');
    return sendProblem(reply, 400, 'bad-request', detail);
  }
  const status = error.statusCode ?? 500;
  if (status >= 500) {
    request.log.error({ err: error }, 'request failed');
    return sendProblem(reply, 500, 'internal', 'The platform failed at this; its log says more');
  }
  return sendProblem(reply, status, CODE_OF_STATUS[status] ?? 'bad-request', error.message);
}
