import { z } from 'zod';

import { PlatformError } from '../domain/errors.ts';
import { ID_PATTERN } from '../domain/ids.ts';
import { influxProblems, type InfluxOptions } from '../storage/series/influx/influx-options.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');
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
  MQTT_TLS_PORT: port.optional(),
  TLS_CERT_FILE: z.string().min(1).optional(),
  TLS_KEY_FILE: z.string().min(1).optional(),
  MQTT_MAX_PACKET_BYTES: z.coerce.number().int().min(1024).max(268_435_455).default(1_048_576),
  MQTT_MAX_CONNECTIONS: z.coerce.number().int().min(1).default(10_000),
  MQTT_MAX_CONNECTIONS_PER_USER: z.coerce.number().int().min(1).default(20),
  MQTT_MAX_MESSAGES_PER_S: z.coerce.number().int().min(1).default(50_000),
  MQTT_MAX_BYTES_PER_S: z.coerce.number().int().min(65_536).default(33_554_432),
  MQTT_MAX_TOPIC_LEVELS: z.coerce.number().int().min(8).max(100).default(100),
  MQTT_ANONYMOUS_COLLECTOR: z.string().regex(ID_PATTERN, 'the id of a collector').optional(),
  MQTT_URL: z.url({ protocol: /^mqtts?$/, error: 'mqtt://host:port or mqtts://host:port' }).optional(),
  MQTT_USERNAME: z.string().optional(),
  MQTT_PASSWORD: z.string().optional(),
  MQTT_CLIENT_ID: z.string().min(1).max(128).optional(),
  MQTT_CA_FILE: z.string().min(1).optional(),
  MQTT_VERSION: z.enum(['5', '3.1.1']).default('5'),
  MQTT_WINDOW: z.coerce.number().int().min(1).max(65_535).default(4000),
  GATEWAY_ID: z.string().regex(ID_PATTERN, 'letters, digits, _ and -').default('gateway'),
  GATEWAY_TAKES_UNASSIGNED: flag.default(true),
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
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'postgresql://user:password@host:5432/database' })
    .optional(),
  REGISTRY_POLL_MS: z.coerce.number().int().min(100).max(60_000).default(1000),
  IMPORT_MAX_MB: z.coerce.number().int().min(1).max(1024).default(100),
  FRAME_CLOCK_DAYS: z.coerce.number().int().min(0).max(3650).default(45),
  HEARD_MAX: z.coerce.number().int().min(0).default(10_000),
  LIKE_DAY_WEEKS: z.coerce.number().int().min(1).max(52).default(8),
  STUCK_DAYS: z.coerce.number().min(0).max(366).default(7),
  HEATING_BASE_C: z.coerce.number().min(0).max(30).default(18),
  COOLING_BASE_C: z.coerce.number().min(0).max(40).default(26),
  PHOTO_MAX_MB: z.coerce.number().min(0).max(50).default(5),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  TRUSTED_PROXIES: list.optional(),
  TIME_ZONE: z.string().refine(isTimeZone, 'a time zone name such as Asia/Shanghai').default('Asia/Shanghai'),
  RETENTION_DAYS: z.coerce.number().int().min(1).default(3650),
  CLOCK_AHEAD_S: z.coerce.number().int().min(0).default(600),
  RAW_ARCHIVE_DAYS: z.coerce.number().int().min(0).default(1830),
  QUARANTINE_DAYS: z.coerce.number().int().min(1).default(365),
  QUARANTINE_MAX_MB: z.coerce.number().int().min(1).default(1024),
  DISK_LOW_WATER_MB: z.coerce.number().int().min(0).default(512),
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
  const problems = parsed.success
    ? contradictions(parsed.data)
    : parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new PlatformError('config-invalid', `Settings that cannot be used:\n${problems.join('\n')}`);
}

/** What each setting allows and together makes no sense. */
function contradictions(config: Config): string[] {
  const { MQTT_TLS_PORT, TLS_CERT_FILE, TLS_KEY_FILE, MQTT_ANONYMOUS_COLLECTOR, HOST } = config;
  const problems: string[] = [];
  if (MQTT_TLS_PORT !== undefined && (TLS_CERT_FILE === undefined || TLS_KEY_FILE === undefined)) {
    problems.push('  MQTT_TLS_PORT: needs TLS_CERT_FILE and TLS_KEY_FILE');
  }
  if (MQTT_ANONYMOUS_COLLECTOR !== undefined && !isLoopback(HOST)) {
    problems.push('  MQTT_ANONYMOUS_COLLECTOR: only where HOST is a loopback address');
  }
  problems.push(...influxProblems(influxSettings(config)).map((problem) => `  ${problem}`));
  return problems;
}

/** The settings of the connection to InfluxDB, all undefined where there is none. */
export function influxSettings(config: Config): Partial<Omit<InfluxOptions, 'now' | 'timeoutMs'>> {
  return {
    url: config.INFLUX_URL,
    token: config.INFLUX_TOKEN,
    org: config.INFLUX_ORG,
    bucket: config.INFLUX_BUCKET,
    username: config.INFLUX_USERNAME,
    password: config.INFLUX_PASSWORD,
    database: config.INFLUX_DATABASE,
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
