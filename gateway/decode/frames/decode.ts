import type { WireFormat } from '../../../domain/wire-format.ts';
import { decodeCjt188 } from '../cjt188/decode.ts';
import type { Decoded, DecodedItem, Refused } from '../decoded.ts';
import { decodeDlt6451997 } from '../dlt645-1997/decode.ts';
import { decodeDlt6452007 } from '../dlt645-2007/decode.ts';
import type { DecodeContext, FrameResult } from '../frame-result.ts';
import { decodeMbus } from '../mbus/decode.ts';
import type { TimedPiece } from './json-frames.ts';
import { framesOfPayload } from './payload-frames.ts';

/** Most frames in one message. */
const MAX_FRAMES = 1000;
type FrameFormat = 'dlt645-2007' | 'dlt645-1997' | 'cjt188' | 'mbus';

const DECODERS: Record<FrameFormat, (frame: Uint8Array, context: DecodeContext) => FrameResult> = {
  'dlt645-2007': decodeDlt6452007,
  'dlt645-1997': decodeDlt6451997,
  cjt188: decodeCjt188,
  mbus: decodeMbus,
};
/** Functions (low five bits of the control code) that only the edition of 1997 has. */
const FUNCTIONS_OF_1997 = new Set([0x01, 0x02, 0x04, 0x0a, 0x0c, 0x0f, 0x10]);

/**
 * Decodes a message that hands on meter frames: DL/T 645 of both editions, CJ/T 188, M-Bus, one or several, as they
 * were on the line, as hex text, or in JSON. Never throws; good frames are kept beside bad ones. `index` is the number
 * of the frame in the message, -1 where it is the only one.
 */
export function decodeFrames(payload: Uint8Array, context: DecodeContext): Decoded {
  const found = framesOfPayload(payload, context.zone);
  if (!found.ok) return { items: [], refused: [{ index: -1, reason: 'not-a-frame', detail: found.detail }] };
  const { pieces } = found;
  if (pieces.length > MAX_FRAMES) {
    const detail = `${pieces.length} frames in one message; at most ${MAX_FRAMES} are taken`;
    return { items: [], refused: [{ index: -1, reason: 'too-many-items', detail }] };
  }
  const decoded: Decoded = { items: [], refused: [] };
  for (const [number, piece] of pieces.entries()) addFrame(decoded, pieces.length === 1 ? -1 : number, piece, context);
  return decoded;
}

function addFrame(decoded: Decoded, index: number, piece: TimedPiece, context: DecodeContext): void {
  const format = formatOf(piece);
  const result = DECODERS[format](piece.bytes, context);
  if (result.ok) decoded.items.push(itemOf(result, index, format, piece.ts));
  else decoded.refused.push(refusalOf(result, index, format));
}

function formatOf({ kind, bytes }: TimedPiece): FrameFormat {
  if (kind !== 'dlt645') return kind;
  // Cut short before its control code, a frame says nothing of its edition.
  return FUNCTIONS_OF_1997.has((bytes[8] ?? 0) & 0x1f) ? 'dlt645-1997' : 'dlt645-2007';
}

function itemOf(
  { address, otherAddresses, fields, hasMeterClock }: FrameResult & { ok: true },
  index: number,
  format: WireFormat,
  ts: number | undefined,
): DecodedItem {
  const item: DecodedItem = { address, format, index, fields };
  if (otherAddresses !== undefined) item.otherAddresses = otherAddresses;
  // The collector's clock is set by the network, a meter's by nobody.
  if (ts !== undefined) fields['ts'] = ts;
  else if (hasMeterClock === true) item.hasMeterClock = true;
  return item;
}

function refusalOf(
  { reason, detail, address }: FrameResult & { ok: false },
  index: number,
  format: WireFormat,
): Refused {
  return address === undefined ? { index, reason, detail, format } : { index, reason, detail, address, format };
}
