import { ID_PATTERN } from '../../domain/ids.ts';
import type { SpooledMessage } from '../spool/record.ts';
import type { DecodingContext } from './decoding-context.ts';
import type { Decoded, DecodedItem } from './decoded.ts';
import type { FoundBinding } from './find-binding.ts';
import { decodeFrames } from './frames/decode.ts';
import { decodeNativeJson } from './native-json/decode.ts';
import { decodeSparkplug } from './sparkplug-b/decode.ts';

/** Decodes a message as the binding of its topic says. Never throws, whatever the bytes. */
export function decodeBound(
  message: SpooledMessage,
  { binding, collector, named }: FoundBinding,
  context: Pick<DecodingContext, 'zone' | 'sessions'>,
): Decoded {
  const { meter, address } = named;
  if (meter !== undefined && !ID_PATTERN.test(meter)) return noName(`The topic's level "${meter}" is no meter's id`);
  if (address !== undefined && address.trim() === '') return noName('The level of the topic for the address is empty');
  switch (binding.format) {
    case 'native-json':
      return nativeJson(message.payload, meter, address);
    case 'frames': {
      const decoded = decodeFrames(message.payload, { zone: context.zone, receivedAtMs: message.receivedAtMs });
      // A frame says itself whose it is, unless the topic names the meter.
      if (meter !== undefined) for (const item of decoded.items) item.meter = meter;
      return decoded;
    }
    case 'sparkplug-b':
      return decodeSparkplug({ ...message, source: collector }, context.sessions);
    default:
      return noName('not yet');
  }
}

// The topic names the meter, by its id or by its address, or each reading does.
function nativeJson(payload: Uint8Array, meter: string | undefined, address: string | undefined): Decoded {
  const { items, refused } = decodeNativeJson(payload, meter ?? address);
  if (meter !== undefined || address === undefined) return { items, refused };
  return { items: items.map(({ index, fields }): DecodedItem => ({ address, index, fields })), refused };
}

function noName(detail: string): Decoded {
  return { items: [], refused: [{ index: -1, reason: 'bad-shape', detail }] };
}
