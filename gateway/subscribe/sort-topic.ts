import { routeOf } from '../topic.ts';

/** What a message from an external broker is. */
export type Sorted =
  /** To be remembered, not stored. */
  | { kind: 'status'; collector: string }
  /** The platform's own, come back. */
  | { kind: 'own' }
  /** For the spool; `source` is the collector, which the broker's ACL holds to its own name. */
  | { kind: 'message'; source: string }
  /** Not below the base topic: it came because of a binding, or by Sparkplug. */
  | { kind: 'foreign' };

const MAX_STATUS_BYTES = 64;

/** Sorts by topic. `base` is without a trailing slash. */
export function sortTopic(topic: string, payloadBytes: number, base: string): Sorted {
  if (payloadBytes <= MAX_STATUS_BYTES && topic.endsWith('/status')) {
    const route = routeOf(topic, base);
    if (route.kind === 'status') return route;
  }
  if (!topic.startsWith(`${base}/`)) return { kind: 'foreign' };
  const levels = topic.slice(base.length + 1).split('/', 3);
  const [source = ''] = levels;
  if (source === 'alerts' || (levels.length === 2 && levels[1] === 'command')) return { kind: 'own' };
  return { kind: 'message', source };
}
