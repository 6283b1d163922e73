import { z } from 'zod';

import { instantOutSchema } from './common.ts';

const RULES = ['quota', 'off-hours', 'thermostat'] as const;
const SEVERITIES = ['info', 'warning', 'critical'] as const;
export const ALERT_STATES = ['open', 'acknowledged', 'closed'] as const;

export const alertSchema = z.object({
  id: z.string(),
  rule: z.enum(RULES),
  /** The article of the regulation it enforces, e.g. `Art. 20(1)`. */
  article: z.string(),
  institution: z.string(),
  institutionName: z.string(),
  /** What it is about: `electricity/2026`, `electricity/2026-05`, `standby`, or the id of a temperature point. */
  subject: z.string(),
  /** The name of that temperature point; null for what has no name of its own. */
  subjectName: z.string().nullable(),
  severity: z.enum(SEVERITIES),
  state: z.enum(ALERT_STATES),
  activeSince: instantOutSchema,
  clearedAt: instantOutSchema.nullable(),
  limit: z.number(),
  value: z.number(),
  unit: z.string(),
  waste: z.object({ amount: z.number(), unit: z.string(), kgce: z.number() }),
  addressedTo: z.enum(['institution', 'bureau']),
  /** Variables of the alert's sentence and its series: [instant, value] pairs held against the limit. */
  evidence: z.object({
    kind: z.string(),
    series: z.array(z.tuple([instantOutSchema, z.number()])),
    facts: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
  acknowledgedBy: z.string().nullable(),
  acknowledgedAt: instantOutSchema.nullable(),
});
export type Alert = z.infer<typeof alertSchema>;

export const alertQuery = z.object({
  state: z.enum(ALERT_STATES).optional(),
  rule: z.enum(RULES).optional(),
  institution: z.string().optional(),
});
export const acknowledgeSchema = z.object({ note: z.string().max(1000).optional() });
