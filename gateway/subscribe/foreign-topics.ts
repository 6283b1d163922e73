import { ID_PATTERN } from '../../domain/ids.ts';
import { parseSparkplugTopic } from '../decode/sparkplug-b/topic.ts';
import type { Directory } from '../directory.ts';
import type { Ownership } from './ownership.ts';

/** Topics outside the base topic: those of bindings, and Sparkplug's. */
export interface ForeignTopics {
  /** Filters to be subscribed to. */
  filters(nowMs: number): string[];
  /** Filters that must hold before this gateway may say that it takes the collector. */
  filtersOf(collector: string): string[];
  /** Whose a message is ('' where the drain has to find out); undefined where it is no meter's, or no filter's any more. */
  collectorOf(topic: string): string | undefined;
}

const SPARKPLUG = 'spBv1.0';

/** Follows the directory's bindings as they are, and the collectors that this gateway takes. */
export function createForeignTopics(
  directory: Pick<Directory, 'bindings' | 'findBinding'>,
  ownership: Pick<Ownership, 'keeps' | 'wanted'>,
  takesUnassigned: boolean,
): ForeignTopics {
  const sparkplugOf = (collector: string): string =>
    takesUnassigned ? `${SPARKPLUG}/#` : `${SPARKPLUG}/+/+/${collector}/#`;
  return {
    filters: (nowMs) => {
      const bound = directory
        .bindings()
        .filter(({ collectorId }) => collectorId === undefined || ownership.keeps(collectorId, nowMs))
        .map(({ pattern }) => pattern.filter);
      const sparkplug = takesUnassigned ? [sparkplugOf('')] : ownership.wanted(nowMs).map(sparkplugOf);
      return [...new Set([...sparkplug, ...bound])];
    },
    filtersOf: (collector) => {
      const bound = directory
        .bindings()
        .filter(({ collectorId }) => collectorId === undefined || collectorId === collector);
      return [sparkplugOf(collector), ...bound.map(({ pattern }) => pattern.filter)];
    },
    collectorOf: (topic) => {
      const sparkplug = parseSparkplugTopic(topic);
      // Commands and the state of host applications are not for a meter's reader.
      if (sparkplug?.kind === 'other') return undefined;
      const found = directory.findBinding(topic, '');
      if (found !== undefined) return found.collector;
      if (sparkplug !== undefined) return ID_PATTERN.test(sparkplug.edgeNode) ? sparkplug.edgeNode : '';
      // A session may bring what a binding asked for that is gone.
      return directory.bindings().some(({ pattern }) => pattern.match(topic) !== undefined) ? '' : undefined;
    },
  };
}
