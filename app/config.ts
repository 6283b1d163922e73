import { z } from 'zod';

import { PlatformError } from '../domain/errors.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

/** Every setting, an environment variable each; the README lists them with their defaults. */
const schema = z.object({
  ROLE: z.literal('all', { error: 'this release runs one role: all' }).default('all'),
  DATA_DIR: z.string().min(1).default('./data'),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: port.default(8080),
  MQTT_PORT: port.default(1883),
  MQTT_BASE_TOPIC: z
    .string()
    .regex(/^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/, 'levels of letters, digits, _ and -, without a slash at the ends')
    .default('energy/v1'),
  INFLUX_URL: z.url({ protocol: /^https?$/, error: 'http://host:port or https://host:port' }).optional(),
  INFLUX_TOKEN: z.string().optional(),
  INFLUX_ORG: z.string().optional(),
  INFLUX_BUCKET: z.string().optional(),
  INFLUX_USERNAME: z.string().optional(),
  INFLUX_PASSWORD: z.string().optional(),
  INFLUX_DATABASE: z.string().optional(),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  TRUSTED_PROXIES: list.optional(),
  TIME_ZONE: z.string().refine(isTimeZone, 'a time zone name such as Asia/Shanghai').default('Asia/Shanghai'),
  RETENTION_DAYS: z.coerce.number().int().min(1).default(3650),
  CLOCK_AHEAD_S: z.coerce.number().int().min(0).default(600),
  SPOOL_SEGMENT_BYTES: z.coerce.number().int().min(65_536).default(16_777_216),
  USAGE_PERIOD_MS: z.coerce.number().int().min(100).default(2000),
  FOLLOW_UP_PERIOD_MS: z.coerce.number().int().min(100).default(10_000),
  DUCKDB_MEMORY_MB: z.coerce.number().int().min(64).default(128),
  ADMIN_PASSWORD: z.string().min(10, 'at least 10 characters').optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** The present at start, for trying another date; time then goes on at its own pace. */
  CLOCK_START: z.iso.datetime({ offset: true }).transform(Date.parse).optional(),
});

/** The settings of a process. */
export type Config = z.infer<typeof schema>;

/** Parses the environment. Throws PlatformError `config-invalid` that names each bad variable and what it takes. */
export function parseConfig(environment: Record<string, string | undefined>): Config {
  // An empty variable is one that was not set: compose files write them so.
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new PlatformError('config-invalid', `Settings that cannot be used:\n${problems.join('\n')}`);
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
