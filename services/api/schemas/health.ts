import { z } from 'zod';

const part = z.object({ ok: z.boolean(), detail: z.string().optional() }).catchall(z.unknown());
export const healthSchema = z.object({
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  now: z.string(),
  parts: z.record(z.string(), part),
});
export type Health = z.infer<typeof healthSchema>;
