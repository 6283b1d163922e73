import type { SpooledMessage } from '../spool/record.ts';
import { isOwnTopic, routeOf } from '../topic.ts';
import type { Decoded, Refused } from './decoded.ts';
import { decodeNativeJson } from './native-json/decode.ts';

/** Finds the decoder of a message by its topic and runs it. Never throws, whatever the bytes. */
export function decodeMessage(message: SpooledMessage, baseTopic: string): Decoded {
  if (!isOwnTopic(message.topic, baseTopic, message.source)) {
    return refused('topic-not-allowed', `${message.source} publishes below ${baseTopic}/${message.source}/ only`);
  }
  const route = routeOf(message.topic, baseTopic);
  switch (route.kind) {
    case 'reading':
      return decodeNativeJson(message.payload, route.meter);
    case 'readings':
      return decodeNativeJson(message.payload, undefined);
    default:
      return refused('unknown-topic', 'No decoder is bound to this topic; see docs/formats/mqtt.md');
  }
}

function refused(reason: Refused['reason'], detail: string): Decoded {
  return { items: [], refused: [{ index: -1, reason, detail }] };
}
