import { z } from 'zod';

import { DECISION_KIND_IDS, MANUAL_SOURCES } from '../../../domain/decision.ts';
import { LIFE_KIND_IDS } from '../../../domain/meter-life.ts';
import { QUALITIES } from '../../../domain/quality.ts';
import { idSchema, instantInSchema, instantOutSchema, listOf, usageMediumSchema } from './common.ts';
import { dayChangeSchema } from './day-change.ts';

/** Figures of a report that can be opened. */
export const REPORT_FIGURES = ['total', 'month', 'subItem', 'quotaUsed', 'lastYear', 'kgce', 'co2Kg'] as const;

/**
 * Which figure: `meter` or `institution` with `medium` over [from, to) on hour boundaries, or `report` (`YEAR/OWNER`)
 * with `medium` and `figure`. `subItem` is the code of one, or empty for what is assigned to none; left out: all.
 */
export const provenanceQuery = z
  .object({
    meter: idSchema.optional(),
    institution: idSchema.optional(),
    report: z
      .string()
      .regex(/^\d{4}\/[A-Za-z0-9_-]{1,64}$/, 'YEAR/OWNER, such as 2026/150203')
      .optional(),
    medium: usageMediumSchema.optional(),
    subItem: z.string().max(16).optional(),
    /** What an institution has in residential zones (Art. 12) in place of its own premises. */
    housing: z.stringbool().optional(),
    from: instantInSchema.optional(),
    to: instantInSchema.optional(),
    figure: z.enum(REPORT_FIGURES).default('total'),
    month: z.coerce.number().int().min(1).max(12).optional(),
    cursor: z.string().optional(),
    /** Parts (meters, or institutions of a roll-up) a page. */
    limit: z.coerce.number().int().min(1).max(100).default(20),
  })
  .refine(
    ({ meter, institution, report }) => [meter, institution, report].filter((one) => one !== undefined).length === 1,
    {
      message: 'give one of meter, institution, report',
      path: ['meter'],
    },
  )
  .refine(({ report, from, to }) => report !== undefined || (from !== undefined && to !== undefined), {
    message: 'give from and to, on hour boundaries',
    path: ['from'],
  })
  .refine(({ meter, medium }) => meter !== undefined || medium !== undefined, {
    message: 'say of which medium',
    path: ['medium'],
  })
  .refine(({ figure, month }) => (figure === 'month') === (month !== undefined), {
    message: 'belongs to figure=month, which needs it',
    path: ['month'],
  })
  .refine(({ figure, subItem }) => figure !== 'subItem' || subItem !== undefined, {
    message: 'belongs to figure=subItem, which needs it; empty for what is assigned to none',
    path: ['subItem'],
  });

export type ProvenanceQuery = z.output<typeof provenanceQuery>;

/** A whole number of millionths of the unit, as text: exact whatever its size. */
const microSchema = z.string().regex(/^-?\d+$/);

/** Where a register that bounds something comes from. */
const pointSchema = z.object({
  ts: instantOutSchema,
  /** Canonical units, before the multiplier; of a meter without register: what the reading says. */
  register: z.number(),
  /**
   * A stored reading; one that a person took; what a replacement, installation or removal in the registry says; what a
   * decision says; or by time between the two readings in `between`.
   */
  source: z.enum(['reading', 'manual', 'event', 'decision', 'interpolated']),
  /** Where the bytes of the message stand in the spool; null where it is no stored reading. */
  position: z.number().nullable(),
  receivedAt: instantOutSchema.nullable(),
  /** The raw message of a stored reading. */
  link: z.string().nullable(),
  /** Of the manual reading or the decision. */
  id: z.string().nullable(),
  /** Only of an interpolated one: [ts, register] of its neighbours. */
  between: z.array(z.object({ ts: instantOutSchema, register: z.number(), link: z.string().nullable() })).optional(),
});
export type ProvenancePoint = z.infer<typeof pointSchema>;

const SHAPES = ['linear', 'flat', 'like-days'] as const;

/** A bound of the figure that lies between two readings: what of the usage between them is not part of it. */
const cutSchema = z.object({
  ts: instantOutSchema,
  before: pointSchema,
  after: pointSchema,
  /** Usage between the two, and what of it lies outside of the figure. */
  usageMicro: microSchema,
  outsideMicro: microSchema,
  /** How it is spread between the two: by time, or as on like days. */
  shape: z.enum(SHAPES),
});

const RUN_BEGINS = [
  'first-reading',
  'range',
  'multiplier',
  'installation',
  'replacement',
  'reset',
  'new-level',
  'after-a-gap',
] as const;

/**
 * A stretch of the register without an event: `micro` = (last − first + what rolled over) × multiplier, rounded at each
 * of them to millionths; `amountMicro` = `micro` less what the two cuts leave outside.
 */
const runSchema = z.object({
  kind: z.enum(['register', 'deltas', 'rate']),
  start: instantOutSchema,
  end: instantOutSchema,
  begins: z.enum(RUN_BEGINS),
  first: pointSchema,
  last: pointSchema,
  multiplier: z.number(),
  /** Each time the register went over its modulus (canonical units). */
  rollovers: z.array(z.object({ before: pointSchema, after: pointSchema, modulus: z.number() })),
  /** last − first + moduli, canonical units before the multiplier. */
  registerDifference: z.number(),
  micro: microSchema,
  startCut: cutSchema.nullable(),
  endCut: cutSchema.nullable(),
  amountMicro: microSchema,
  /** Readings that count in it; those of a run of deltas are all of them parts of its sum. */
  readings: z.number(),
});
export type ProvenanceRun = z.infer<typeof runSchema>;

/** Between two readings that lie further apart than expected; the total is exact, the shape is not measured. */
const gapSchema = z.object({
  start: instantOutSchema,
  end: instantOutSchema,
  micro: microSchema,
  quality: z.enum(QUALITIES),
  shape: z.enum(SHAPES),
  /** All the days whose shape it has, the newest first. */
  likeDays: z.array(z.string()),
  /** Its days (the first 62), each with the days whose mean it has. */
  days: z.array(z.object({ day: z.string(), likeDays: z.array(z.string()) })),
});

/** Readings, or a step of the register, that count nowhere. */
const leftOutSchema = z.object({
  start: instantOutSchema,
  end: instantOutSchema,
  reason: z.enum(['suspect', 'new-level', 'decision', 'not-installed', 'event']),
  readings: z.number(),
  first: pointSchema.nullable(),
  /** Of what a decision leaves out: its id. */
  decision: z.string().nullable(),
});

/** What a meter's amount over [start, end) is made of. Lists hold the first 200; `more` says that there are others. */
const accountSchema = z.object({
  meter: z.string(),
  start: instantOutSchema,
  end: instantOutSchema,
  /** Σ of the runs' amounts. */
  amountMicro: microSchema,
  runs: z.array(runSchema),
  gaps: z.array(gapSchema),
  leftOut: z.array(leftOutSchema),
  more: z.boolean(),
});
export type ProvenanceAccount = z.infer<typeof accountSchema>;

/** What people said of a meter that bears on the range. */
const correctionSchema = z.object({
  kind: z.enum(['decision', 'manual-reading', 'event']),
  id: z.string().nullable(),
  /** Of a decision or an event. */
  what: z.enum([...new Set([...DECISION_KIND_IDS, ...LIFE_KIND_IDS])] as const).nullable(),
  start: instantOutSchema,
  end: instantOutSchema.nullable(),
  /** Register units of the meter. */
  register: z.number().nullable(),
  closingRegister: z.number().nullable(),
  openingRegister: z.number().nullable(),
  multiplier: z.number().nullable(),
  source: z.enum(MANUAL_SOURCES).nullable(),
  reason: z.string().nullable(),
  /** Who entered or proposed it, and when; who approved it, and when. */
  by: z.string().nullable(),
  at: instantOutSchema.nullable(),
  approvedBy: z.string().nullable(),
  approvedAt: instantOutSchema.nullable(),
  photo: z.string().nullable(),
});
export type ProvenanceCorrection = z.infer<typeof correctionSchema>;

/** Addresses: the meter's intervals, its stored rows with where their messages lie, its sealed days that changed, itself. */
const linksSchema = z.object({
  usage: z.string(),
  readings: z.string(),
  dayChanges: z.string(),
  provenance: z.string(),
});

/** A register (or a virtual meter's term) within the own usage of a meter. */
const termSchema = z.object({
  meter: z.string(),
  /** Null where the meter is none that one may see: then only its amount is told. */
  name: z.string().nullable(),
  /** 1; −1 for a meter below, whose usage is taken off; of a virtual meter its factor. */
  factor: z.number(),
  /** Usage of that meter in the hours that count, before the factor. */
  micro: microSchema,
  /** What its account has beyond that, in hours in which the meter above, or another term of a virtual one, is missing. */
  notTakenOffMicro: microSchema,
  /** Null where one may not see the meter, and past the first 20 terms of a part: `links.provenance` opens those. */
  account: accountSchema.nullable(),
  corrections: z.array(correctionSchema),
  /** Sealed days in the range that changed, the newest first, at most 5; the list has all. */
  dayChanges: z.array(dayChangeSchema),
  /** Null where one may not see the meter. */
  links: linksSchema.nullable(),
});
export type ProvenanceTerm = z.infer<typeof termSchema>;

const qualitySchema = z.object({
  measured: z.number(),
  estimated: z.number(),
  manual: z.number(),
  missing: z.number(),
});

/**
 * What of a meter is part of the figure: `ownMicro` = Σ factor × micro of the terms; `amountMicro` = ownMicro × share,
 * rounded to millionths, + `roundingMicro`, because shares are rounded in each hour. Σ `amountMicro` is the figure.
 */
const partSchema = z.object({
  meter: z.string(),
  name: z.string().nullable(),
  start: instantOutSchema,
  end: instantOutSchema,
  share: z
    .object({
      share: z.number(),
      subItem: z.string().nullable(),
      validFrom: z.string(),
      validTo: z.string().nullable(),
    })
    .nullable(),
  ownMicro: microSchema,
  roundingMicro: microSchema,
  amountMicro: microSchema,
  quality: qualitySchema,
  terms: z.array(termSchema),
});
export type ProvenancePart = z.infer<typeof partSchema>;

/** A part of a roll-up: the same figure of an institution, or of a district, with the address that opens it. */
const memberSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['institution', 'district']),
  value: z.number().nullable(),
  micro: microSchema.nullable(),
  link: z.string(),
});

/** A figure and what it is made of. The figure is Σ of the parts over all pages: of `meters`, or of `members`. */
export const provenanceSchema = z.object({
  figure: z.object({
    of: z.enum(['meter', 'institution', 'report']),
    owner: z.string(),
    ownerName: z.string(),
    year: z.number().nullable(),
    figure: z.enum(REPORT_FIGURES).nullable(),
    medium: usageMediumSchema,
    /** Null: of all; '' for what is assigned to none. */
    subItem: z.string().nullable(),
    start: instantOutSchema,
    end: instantOutSchema,
    unit: z.string(),
    /** Null where missing. */
    value: z.number().nullable(),
    micro: microSchema.nullable(),
    /** Null for a month or a sub-item of a roll-up: its members tell their own. */
    quality: qualitySchema.nullable(),
    /** Of kgce and co2Kg: what the usage behind it was multiplied by, and by which set of coefficients. */
    factor: z.object({ factor: z.number(), coefficients: z.string(), usageMicro: microSchema }).nullable(),
  }),
  /**
   * The same figure as the stored usage gives it now; a report's draft that was made before later data came differs
   * from it, until it is made anew.
   */
  nowMicro: microSchema.nullable(),
  agrees: z.boolean(),
  meters: z.array(partSchema),
  members: z.array(memberSchema),
  next: z.string().nullable(),
});
export type Provenance = z.infer<typeof provenanceSchema>;

/** A page of the stored rows that a meter's account is made of. */
export const provenanceReadingsQuery = z.object({
  meter: idSchema,
  from: instantInSchema,
  to: instantInSchema,
  /** What the meter's usage is made of: its register, amounts, or a rate. */
  metric: z.enum(['total', 'delta', 'rate']).default('total'),
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(5000).default(500),
});
export const provenanceReadingsSchema = listOf(pointSchema.omit({ between: true }));
