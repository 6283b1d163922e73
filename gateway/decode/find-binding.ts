import { ID_PATTERN } from '../../domain/ids.ts';
import type { Binding } from './compile-binding.ts';

/** A binding that fits a message. */
export interface FoundBinding {
  binding: Binding;
  /** Whose message it is. */
  collector: string;
  /** What the topic's levels with a name in the pattern say. */
  named: Readonly<Record<string, string>>;
}

/**
 * Finds the first binding that fits a topic and its sender: only a collector's own, or one in whose topic it names
 * itself. Behind an external broker nobody vouches for the sender (''): the binding says whose the message is.
 */
export type BindingFinder = (topic: string, source: string) => FoundBinding | undefined;

/** Topics remembered: those of some thousands of devices. Whoever publishes on more is looked up each time. */
const REMEMBERED = 20_000;

/** Makes the finder for a set of bindings; the topics of a fleet come again and again, and are remembered. */
export function createBindingFinder(bindings: readonly Binding[]): BindingFinder {
  if (bindings.length === 0) return () => undefined;
  const known = new Map<string, FoundBinding | undefined>();
  return (topic, source) => {
    const key = `${source}\0${topic}`;
    const found = known.get(key);
    if (found !== undefined || known.has(key)) return found;
    const looked = find(bindings, topic, source);
    if (known.size < REMEMBERED) known.set(key, looked);
    return looked;
  };
}

function find(bindings: readonly Binding[], topic: string, source: string): FoundBinding | undefined {
  for (const binding of bindings) {
    const named = binding.pattern.match(topic);
    if (named === undefined) continue;
    const collector = binding.collectorId ?? named['collector'] ?? '';
    if (ID_PATTERN.test(collector) && (source === '' || source === collector)) return { binding, collector, named };
  }
  return undefined;
}
