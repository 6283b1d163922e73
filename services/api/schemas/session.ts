import { z } from 'zod';

import { idSchema } from './common.ts';

/** Roles of design section 11 that exist so far. */
const ROLES = ['admin', 'bureau', 'agency', 'institution'] as const;
export type Role = (typeof ROLES)[number];

export const loginSchema = z.object({ username: z.string().min(1).max(64), password: z.string().min(1).max(256) });
export const sessionSchema = z.object({
  username: z.string(),
  role: z.enum(ROLES),
  institutionId: z.string().nullable(),
  regionCode: z.string().nullable(),
  /** What the session may look at, in words: the institution's or the region's name. */
  scopeName: z.string(),
});
export type Session = z.infer<typeof sessionSchema>;

export const newUserSchema = z
  .object({
    username: idSchema,
    password: z.string().min(10, 'at least 10 characters').max(256),
    role: z.enum(ROLES),
    institutionId: idSchema.optional(),
    regionCode: z.string().optional(),
  })
  .refine((user) => user.role !== 'institution' || user.institutionId !== undefined, {
    message: 'a user of role institution needs an institutionId',
    path: ['institutionId'],
  })
  .refine((user) => user.role !== 'agency' || user.regionCode !== undefined, {
    message: 'a user of role agency needs the regionCode of the agency',
    path: ['regionCode'],
  });
export const userSchema = z.object({
  id: z.string(),
  username: z.string(),
  role: z.enum(ROLES),
  institutionId: z.string().nullable(),
  regionCode: z.string().nullable(),
});
