import { ID_PATTERN } from '../../domain/ids.ts';
import type { SpooledMessage } from '../spool/record.ts';
import type { Decoded, DecodedItem } from './decoded.ts';
import type { DecodingContext } from './decoding-context.ts';
import type { FoundBinding } from './find-binding.ts';
import { decodeFrames } from './frames/decode.ts';
import type { DecodeContext } from './frame-result.ts';
import { decodeMapping } from './mapping/decode.ts';
import { decodeNativeJson } from './native-json/decode.ts';
import { decodeSparkplug } from './sparkplug-b/decode.ts';

/** Decodes a message as the binding of its topic says. Never throws, whatever the bytes. */
export function decodeBound(
  message: SpooledMessage,
  { binding, collector, named }: FoundBinding,
  { zone, sessions }: Pick<DecodingContext, 'zone' | 'sessions'>,
): Decoded {
  const { topic, payload, receivedAtMs } = message;
  const { decoder } = binding;
  switch (decoder.kind) {
    case 'native-json':
      return nativeJson(payload, named['meter'], named['address']);
    case 'frames':
      return frames(payload, named['meter'], { zone, receivedAtMs });
    case 'sparkplug-b':
      return decodeSparkplug({ ...message, source: collector }, sessions);
    default:
      return decodeMapping(payload, { topic, levels: named }, decoder.mapping, { zone, receivedAtMs });
  }
}

// The topic names the meter, by its id or by its address, or each reading does.
function nativeJson(payload: Uint8Array, meter: string | undefined, address: string | undefined): Decoded {
  if (meter !== undefined && !ID_PATTERN.test(meter)) return noName(`The topic's level "${meter}" is no meter's id`);
  if (meter === undefined && address?.trim() === '') return noName("The topic's level for the address is empty");
  const { items, refused } = decodeNativeJson(payload, meter ?? address);
  if (meter !== undefined || address === undefined) return { items, refused };
  return { items: items.map(({ index, fields }): DecodedItem => ({ address, index, fields })), refused };
}

// A frame says itself whose it is, unless the topic names the meter.
function frames(payload: Uint8Array, meter: string | undefined, context: DecodeContext): Decoded {
  if (meter !== undefined && !ID_PATTERN.test(meter)) return noName(`The topic's level "${meter}" is no meter's id`);
  const decoded = decodeFrames(payload, context);
  if (meter !== undefined) for (const item of decoded.items) item.meter = meter;
  return decoded;
}

function noName(detail: string): Decoded {
  return { items: [], refused: [{ index: -1, reason: 'bad-shape', detail }] };
}
