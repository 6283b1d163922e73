import { z } from 'zod';

import { DECISION_KIND_IDS, DECISION_STATES } from '../../../domain/decision.ts';
import { QUALITIES } from '../../../domain/quality.ts';
import { idSchema, instantInSchema, instantOutSchema, pageQuery, usageMediumSchema } from './common.ts';
import { multiplierSchema, registerSchema } from './meter.ts';

const reason = z.string().trim().min(2, 'say why').max(1000);
const note = z.string().trim().min(2, 'say why').max(1000);

/** What a kind of decision needs is checked by services/decisions; registers are in the meter's register unit. */
export const newDecisionSchema = z.strictObject({
  meterId: idSchema,
  kind: z.enum(DECISION_KIND_IDS),
  from: instantInSchema,
  /** Exclude, accept, value: readings of [from, to). */
  to: instantInSchema.nullable().optional(),
  register: registerSchema.nullable().optional(),
  closingRegister: registerSchema.nullable().optional(),
  openingRegister: registerSchema.nullable().optional(),
  multiplier: multiplierSchema.nullable().optional(),
  reason,
});
export type NewDecision = z.infer<typeof newDecisionSchema>;

export const approvalSchema = z.strictObject({ note: z.string().trim().max(1000).optional() });
export const refusalSchema = z.strictObject({ note });

export const decisionSchema = z.object({
  id: z.string(),
  meterId: z.string(),
  meterName: z.string(),
  /** Whose meter it is today, of what one may see. */
  institutionId: z.string(),
  institutionName: z.string(),
  registerUnit: z.string(),
  kind: z.enum(DECISION_KIND_IDS),
  from: instantOutSchema,
  to: instantOutSchema.nullable(),
  register: z.number().nullable(),
  closingRegister: z.number().nullable(),
  openingRegister: z.number().nullable(),
  multiplier: z.number().nullable(),
  reason: z.string(),
  state: z.enum(DECISION_STATES),
  /** Names of users. */
  proposedBy: z.string().nullable(),
  proposedAt: instantOutSchema,
  /** Who approved or rejected it, or took the proposal back. */
  decidedBy: z.string().nullable(),
  decidedAt: instantOutSchema.nullable(),
  decisionNote: z.string().nullable(),
  reversedBy: z.string().nullable(),
  reversedAt: instantOutSchema.nullable(),
  reversalNote: z.string().nullable(),
  /** What the one who asks may do with it now. */
  may: z.object({ approve: z.boolean(), reject: z.boolean(), withdraw: z.boolean(), reverse: z.boolean() }),
});
export type Decision = z.infer<typeof decisionSchema>;

export const decisionQuery = z.object({
  state: z.enum(DECISION_STATES).optional(),
  meter: z.string().max(64).optional(),
  institution: z.string().max(64).optional(),
  ...pageQuery,
});

const amount = z.number().nullable();
const quality = z.enum(QUALITIES);
const span = { start: instantOutSchema, end: instantOutSchema };

/** `within` the quota, `warning` from 80 % on (setting), `breach` from 100 % on. */
const QUOTA_TIERS = ['within', 'warning', 'breach'] as const;

const alertOf = z.object({
  severity: z.enum(['info', 'warning', 'critical']),
  clearedAt: instantOutSchema.nullable(),
  limit: z.number(),
  value: z.number(),
  unit: z.string(),
});

/**
 * What would change if a decision were approved (one proposed), or were reversed (one approved): computed over what is
 * stored now, and nothing of it is kept. Amounts in canonical units, null where missing. What belongs to institutions
 * out of sight is left out and counted in `beyond`.
 */
export const effectSchema = z.object({
  /** `approval`, or `reversal` of what is in force. */
  of: z.enum(['approval', 'reversal']),
  meterId: z.string(),
  medium: usageMediumSchema,
  unit: z.string(),
  /** The part of the meter's usage that was looked at. */
  from: instantOutSchema,
  to: instantOutSchema,
  /** All that changes of the meter's own usage. */
  total: z.object({ before: z.number(), after: z.number() }),
  /** Days that change, oldest first. */
  days: z.array(z.object({ ...span, before: amount, after: amount, qualityBefore: quality, qualityAfter: quality })),
  /** Months that change. */
  months: z.array(z.object({ ...span, before: amount, after: amount })),
  /** By institution and medium: the months that change. */
  institutions: z.array(
    z.object({
      institutionId: z.string(),
      institutionName: z.string(),
      /** Housing beside the institution, which counts apart from its own premises (Art. 12). */
      housing: z.boolean(),
      medium: usageMediumSchema,
      unit: z.string(),
      months: z.array(z.object({ ...span, before: amount, after: amount })),
    }),
  ),
  /** Use against the quotas of the years that change; null where nothing is known of the year. */
  quotas: z.array(
    z.object({
      institutionId: z.string(),
      institutionName: z.string(),
      medium: usageMediumSchema,
      year: z.number(),
      unit: z.string(),
      annualLimit: z.number(),
      before: amount,
      after: amount,
      ratioBefore: z.number().nullable(),
      ratioAfter: z.number().nullable(),
      tierBefore: z.enum(QUOTA_TIERS).nullable(),
      tierAfter: z.enum(QUOTA_TIERS).nullable(),
    }),
  ),
  alerts: z.array(
    z.object({
      change: z.enum(['raised', 'changed', 'withdrawn']),
      id: z.string(),
      rule: z.enum(['quota', 'off-hours', 'thermostat']),
      institutionId: z.string(),
      institutionName: z.string(),
      subject: z.string(),
      activeSince: instantOutSchema,
      /** Null where it is raised. */
      before: alertOf.nullable(),
      /** Null where it is withdrawn. */
      after: alertOf.nullable(),
    }),
  ),
  /** Annual reports whose figures change: those there are, by year. */
  reports: z.array(
    z.object({
      year: z.number(),
      owner: z.string(),
      ownerName: z.string(),
      kind: z.enum(['institution', 'district', 'city']),
      state: z.string(),
      /** `redraft`: its draft is made anew; `amendment`: it is locked, and an amendment would have to be proposed. */
      consequence: z.enum(['redraft', 'amendment']),
      /** By figure, e.g. `electricity.total`, `totals.kgce`. */
      figures: z.array(z.object({ figure: z.string(), unit: z.string(), before: amount, after: amount })),
    }),
  ),
  /** Institutions concerned that lie beyond what the one who asks may see. */
  beyond: z.number().int(),
});
export type Effect = z.infer<typeof effectSchema>;
