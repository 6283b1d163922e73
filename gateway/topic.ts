import { ID_PATTERN } from '../domain/ids.ts';

/** What a topic below the base topic stands for (docs/formats/mqtt.md). */
export type Route =
  | { kind: 'reading'; collector: string; meter: string }
  | { kind: 'readings'; collector: string }
  | { kind: 'frames'; collector: string }
  | { kind: 'status'; collector: string }
  | { kind: 'unknown' };

const READING = '/reading';
const UNKNOWN: Route = { kind: 'unknown' };

/** Reads a topic of the contract. `base` is without a trailing slash, e.g. `energy/v1`. */
export function routeOf(topic: string, base: string): Route {
  if (!isBelow(topic, base)) return UNKNOWN;
  const from = base.length + 1;
  const slash = topic.indexOf('/', from);
  const collector = topic.slice(from, Math.max(from, slash));
  if (!ID_PATTERN.test(collector)) return UNKNOWN;
  const rest = topic.slice(slash + 1);
  if (rest === 'readings' || rest === 'frames' || rest === 'status') return { kind: rest, collector };
  const meter = rest.endsWith(READING) ? rest.slice(0, -READING.length) : '';
  return ID_PATTERN.test(meter) ? { kind: 'reading', collector, meter } : UNKNOWN;
}

/** True for a topic below the collector's own name. */
export function isOwnTopic(topic: string, base: string, collector: string): boolean {
  const from = base.length + 1;
  return isBelow(topic, base) && topic.startsWith(collector, from) && topic[from + collector.length] === '/';
}

// Every message asks this: putting the prefix together each time cost more than the comparison.
function isBelow(topic: string, base: string): boolean {
  return topic.startsWith(base) && topic[base.length] === '/';
}
