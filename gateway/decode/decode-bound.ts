import { ID_PATTERN } from '../../domain/ids.ts';
import type { Zone } from '../../domain/zone.ts';
import type { SpooledMessage } from '../spool/record.ts';
import type { Decoded, DecodedItem } from './decoded.ts';
import type { FoundBinding } from './find-binding.ts';
import { decodeNativeJson } from './native-json/decode.ts';

/** Decodes a message as the binding of its topic says. Never throws, whatever the bytes. */
export function decodeBound(message: SpooledMessage, { binding, named }: FoundBinding, _zone: Zone): Decoded {
  const { meter, address } = named;
  if (meter !== undefined && !ID_PATTERN.test(meter)) return noName(`The topic's level "${meter}" is no meter's id`);
  if (address !== undefined && address.trim() === '') return noName('The level of the topic for the address is empty');
  switch (binding.format) {
    case 'native-json':
      return nativeJson(message.payload, meter, address);
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
