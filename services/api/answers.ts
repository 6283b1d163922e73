import { z } from 'zod';

import { problemSchema } from './schemas/common.ts';

const PROBLEM = {
  description: 'What went wrong (RFC 9457)',
  content: { 'application/problem+json': { schema: problemSchema } },
};
const PROBLEMS = { '4xx': PROBLEM, '5xx': PROBLEM };
type Problems = typeof PROBLEMS;

/** The answers of a route: its schema with 200, problem+json otherwise. */
export function answers<T extends z.ZodType>(schema: T): { 200: T } & Problems {
  return { 200: schema, ...PROBLEMS };
}

/** The answers of a route that makes something: its schema with 201, problem+json otherwise. */
export function answersCreated<T extends z.ZodType>(schema: T): { 201: T } & Problems {
  return { 201: schema, ...PROBLEMS };
}

/** The answers of a route that takes note of what will be done: its schema with 202, problem+json otherwise. */
export function answersAccepted<T extends z.ZodType>(schema: T): { 202: T } & Problems {
  return { 202: schema, ...PROBLEMS };
}

/** The answers of a route that has nothing to say when it is done: 204, problem+json otherwise. */
export function answersNothing(): { 204: z.ZodNull } & Problems {
  return { 204: z.null().describe('Done'), ...PROBLEMS };
}

/** The answers of a route that gives bytes of a media type, which no schema checks. */
export function answersFile(mediaType: string): Record<string, object> {
  const bytes = z.any().meta({ type: 'string', format: 'binary' });
  return { 200: { description: 'The file', content: { [mediaType]: { schema: bytes } } }, ...PROBLEMS };
}
