import { ID_PATTERN } from '../../domain/ids.ts';
import { isOwnTopic, routeOf } from '../topic.ts';
import type { BindingFinder, FoundBinding } from './find-binding.ts';
import { parseSparkplugTopic } from './sparkplug-b/topic.ts';

/** By which decoder a message goes, and whose it is. */
export type MessageRoute =
  /** `meter` undefined: each reading names its own. */
  | { kind: 'native'; collector: string; meter: string | undefined }
  | { kind: 'frames'; collector: string }
  | { kind: 'sparkplug'; collector: string }
  | { kind: 'bound'; collector: string; found: FoundBinding }
  | { kind: 'refused'; collector: string; reason: 'unknown-topic' | 'topic-not-allowed'; detail: string };

/**
 * Routes a message by its topic. A collector may publish below its own name, as the Sparkplug edge node of its own
 * name, and where a binding allows it; behind an external broker, whose ACL vouches for that, a message outside the
 * base topic comes without a sender, and the binding or the edge node's name says whose it is.
 */
export function routeMessage(
  topic: string,
  source: string,
  baseTopic: string,
  findBinding: BindingFinder,
): MessageRoute {
  const isOwn = source !== '' && isOwnTopic(topic, baseTopic, source);
  if (isOwn) {
    const route = routeOf(topic, baseTopic);
    if (route.kind === 'reading') return { kind: 'native', collector: source, meter: route.meter };
    if (route.kind === 'readings') return { kind: 'native', collector: source, meter: undefined };
    if (route.kind === 'frames') return { kind: 'frames', collector: source };
  }
  const edgeNode = isOwn ? '' : (parseSparkplugTopic(topic)?.edgeNode ?? '');
  if (edgeNode !== '' && edgeNode === source) return { kind: 'sparkplug', collector: source };
  const found = findBinding(topic, source);
  if (found !== undefined) return { kind: 'bound', collector: found.collector, found };
  if (source === '' && ID_PATTERN.test(edgeNode)) {
    return { kind: 'sparkplug', collector: edgeNode };
  }
  if (isOwn) {
    const detail = 'No decoder is bound to this topic; see docs/formats/mqtt.md';
    return { kind: 'refused', collector: source, reason: 'unknown-topic', detail };
  }
  const detail =
    source === ''
      ? 'No binding says whose messages come on this topic'
      : `${source} publishes below ${baseTopic}/${source}/, as its own Sparkplug node, and where a binding allows it`;
  return { kind: 'refused', collector: source, reason: 'topic-not-allowed', detail };
}
