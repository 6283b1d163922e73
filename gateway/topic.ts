import { ID_PATTERN } from '../domain/ids.ts';

/** What a topic below the base topic stands for (docs/formats/mqtt.md). */
export type Route =
  | { kind: 'reading'; collector: string; meter: string }
  | { kind: 'readings'; collector: string }
  | { kind: 'frames'; collector: string }
  | { kind: 'status'; collector: string }
  | { kind: 'unknown' };

/** Reads a topic of the contract. `base` is without a trailing slash, e.g. `energy/v1`. */
export function routeOf(topic: string, base: string): Route {
  if (!topic.startsWith(`${base}/`)) return { kind: 'unknown' };
  const [collector = '', second = '', third, ...rest] = topic.slice(base.length + 1).split('/');
  if (!ID_PATTERN.test(collector) || rest.length > 0) return { kind: 'unknown' };
  if (third === undefined) {
    if (second === 'readings' || second === 'frames' || second === 'status') return { kind: second, collector };
    return { kind: 'unknown' };
  }
  return third === 'reading' && ID_PATTERN.test(second)
    ? { kind: 'reading', collector, meter: second }
    : { kind: 'unknown' };
}

/** True for a topic below the collector's own name. */
export function isOwnTopic(topic: string, base: string, collector: string): boolean {
  return topic.startsWith(`${base}/${collector}/`);
}
