import type { SpooledMessage } from '../spool/record.ts';
import { decodeBound } from './decode-bound.ts';
import type { Decoded } from './decoded.ts';
import type { DecodingContext } from './decoding-context.ts';
import { decodeFrames } from './frames/decode.ts';
import { decodeNativeJson } from './native-json/decode.ts';
import { routeMessage } from './route-message.ts';
import { decodeSparkplug } from './sparkplug-b/decode.ts';

/** What became of a message, and whose it is: '' where nobody says. */
export interface DecodedMessage extends Decoded {
  collector: string;
}

/** Finds the decoder of a message by its topic and runs it. Never throws, whatever the bytes. */
export function decodeMessage(message: SpooledMessage, context: DecodingContext): DecodedMessage {
  const route = routeMessage(message.topic, message.source, context.baseTopic, context.findBinding);
  const { collector } = route;
  switch (route.kind) {
    case 'native': {
      const { items, refused } = decodeNativeJson(message.payload, route.meter);
      return { collector, items, refused };
    }
    case 'bound': {
      const { items, refused } = decodeBound(message, route.found, context);
      return { collector, items, refused };
    }
    case 'refused':
      return { collector, items: [], refused: [{ index: -1, reason: route.reason, detail: route.detail }] };
    case 'frames': {
      const { items, refused } = decodeFrames(message.payload, {
        zone: context.zone,
        receivedAtMs: message.receivedAtMs,
      });
      return { collector, items, refused };
    }
    case 'sparkplug': {
      const { items, refused } = decodeSparkplug({ ...message, source: collector }, context.sessions);
      return { collector, items, refused };
    }
  }
}
