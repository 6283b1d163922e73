import type { InfluxOptions } from './influx-options.ts';

/** What a server says it is. */
export interface ServerProduct {
  /** 1, 2 or 3; undefined where it does not say. */
  generation: 1 | 2 | 3 | undefined;
  /** Without a leading v; 'unknown' where it does not say. */
  version: string;
  /** As its maker calls it: `InfluxDB 1.6.7 (OSS)`, `InfluxDB 3.9.2 (Core)`, `InfluxDB Cloud`. */
  product: string;
}

/**
 * Reads the answer to `/ping`: 1.x, 2.x and 3 name version and build in headers; 3 answers JSON beside them; the cloud
 * of 2.x names no version. Never fails: what is not said is unknown.
 */
export function serverProduct(headers: Readonly<Record<string, unknown>>, body: unknown): ServerProduct {
  const inBody = typeof body === 'object' && body !== null ? (body as { version?: unknown }).version : undefined;
  const version = (text(headers['x-influxdb-version']) || text(inBody)).replace(/^v/i, '') || 'unknown';
  const build = text(headers['x-influxdb-build']);
  const isCloud = /^cloud/i.test(build);
  const leading = /^([123])\./.exec(version)?.[1];
  const generation = leading === undefined ? undefined : (Number(leading) as 1 | 2 | 3);
  if (generation === undefined && isCloud) return { generation: 2, version, product: 'InfluxDB Cloud' };
  const named = version === 'unknown' ? 'InfluxDB of an unknown version' : `InfluxDB ${version}`;
  return { generation, version, product: build === '' ? named : `${named} (${build})` };
}

/** What the settings lack for this server, as a sentence; undefined where nothing is missing. */
export function missingFor(
  { generation, product }: ServerProduct,
  options: Pick<InfluxOptions, 'token' | 'bucket' | 'username' | 'database'>,
): string | undefined {
  if (generation !== 2 && generation !== 3) return undefined;
  const hasTarget = options.bucket !== undefined || options.database !== undefined;
  // 3 can be run without tokens; where it is not, it says so by itself.
  const hasLogin = generation === 3 || options.token !== undefined || options.username !== undefined;
  const missing = [hasLogin ? '' : 'INFLUX_TOKEN', hasTarget ? '' : 'INFLUX_BUCKET'].filter((name) => name !== '');
  return missing.length === 0 ? undefined : `${product} needs ${missing.join(' and ')}`;
}

function text(value: unknown): string {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first.trim() : '';
}
