import type { SpooledMessage } from '../spool/record.ts';
import { decodeBound } from './decode-bound.ts';
import type { Decoded } from './decoded.ts';
import type { DecodingContext } from './decoding-context.ts';
import { decodeFrames } from './frames/decode.ts';
import { decodeNativeJson } from './native-json/decode.ts';
import { routeMessage, type MessageRoute } from './route-message.ts';
import { decodeSparkplug } from './sparkplug-b/decode.ts';

/** What became of a message, and whose it is: '' where nobody says. */
export interface DecodedMessage extends Decoded {
  collector: string;
}

/** Finds the decoder of a message by its topic and runs it. Never throws, whatever the bytes. */
export function decodeMessage(message: SpooledMessage, context: DecodingContext): DecodedMessage {
  const route = routeMessage(message.topic, message.source, context.baseTopic, context.findBinding);
  const decoded = decodeRouted(message, route, context) as DecodedMessage;
  // Not a copy: this runs for each message.
  decoded.collector = route.collector;
  return decoded;
}

function decodeRouted(message: SpooledMessage, route: MessageRoute, context: DecodingContext): Decoded {
  const { payload, receivedAtMs } = message;
  switch (route.kind) {
    case 'native':
      return decodeNativeJson(payload, route.meter);
    case 'frames':
      return decodeFrames(payload, { zone: context.zone, receivedAtMs });
    case 'sparkplug':
      return decodeSparkplug({ ...message, source: route.collector }, context.sessions);
    case 'bound':
      return decodeBound(message, route.found, context);
    default:
      return { items: [], refused: [{ index: -1, reason: route.reason, detail: route.detail }] };
  }
}
