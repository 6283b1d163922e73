import { z } from 'zod';

import { ID_PATTERN } from '../../../domain/ids.ts';
import { MEDIA, USAGE_MEDIA } from '../../../domain/quantity.ts';

/** An id as it may stand in topics and addresses. */
export const idSchema = z.string().regex(ID_PATTERN, 'letters, digits, _ and -, at most 64');
/** A medium with a register. */
export const usageMediumSchema = z.enum(USAGE_MEDIA);
export const mediumSchema = z.enum(MEDIA);
/** An instant out: RFC 3339 with the offset of the configured zone. */
export const instantOutSchema = z.string();
/** An instant in: RFC 3339 with an offset, or epoch milliseconds. */
export const instantInSchema = z
  .union([
    z.iso.datetime({ offset: true }),
    z.string().regex(/^\d{1,15}$/),
    z.number().int().min(0).max(999_999_999_999_999),
  ])
  .transform((given) => (typeof given === 'number' || /^\d+$/.test(given) ? Number(given) : Date.parse(given)));
/** A calendar date of the configured zone; one before 1900 is a slip of the pen, and no instant could be told from it. */
export const dateSchema = z.iso
  .date('give a date as YYYY-MM-DD, such as 2026-03-01')
  .refine((date) => date >= '1900', 'lies before 1900; give a date as YYYY-MM-DD, such as 2026-03-01');
/** Steps of usage. */
export const stepSchema = z.enum(['15m', '1h', '1d', '1mo']);
export type Step = z.infer<typeof stepSchema>;
/** A calendar year in a path or query. */
export const yearSchema = z.coerce.number().int().min(2000).max(2100);

/** A list, with the cursor of its next page (null on the last). */
export function listOf<T extends z.ZodType>(
  item: T,
): z.ZodObject<{ items: z.ZodArray<T>; next: z.ZodNullable<z.ZodString> }> {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}
/** Paging, the same on every list. */
export const pageQuery = {
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(5000).default(500),
};

/** The orders that lists of the registry come in; `-` turns one round. */
export const SORTS = ['id', '-id', 'name', '-name'] as const;
export type Sort = (typeof SORTS)[number];
/** Narrowing and order of the registry's lists, the same on each that has them. */
export const registryQuery = {
  ...pageQuery,
  /** Part of the id or the name, in any case. */
  text: z.string().min(1).max(100).optional(),
  /** Only what has ended by today, or only what has not; left out, both. */
  ended: z.stringbool().optional(),
  sort: z.enum(SORTS).default('id'),
};

/** A change of some fields: what is left out stays, and there must be something. */
export function someOf<T extends z.ZodRawShape>(fields: T): z.ZodObject<T, z.core.$strict> {
  return z.strictObject(fields).refine((change) => Object.values(change).some((value) => value !== undefined), {
    message: `nothing to change: give at least one of ${Object.keys(fields).join(', ')}`,
  });
}

/** RFC 9457 problem+json with a stable code. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string(),
});
export type Problem = z.infer<typeof problemSchema>;
