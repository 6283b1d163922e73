import { Buffer } from 'node:buffer';

import { bytesOfHexText } from './hex-text.ts';
import { splitFrames, type FramePiece } from './split-frames.ts';

/** The shortest frame is 12 bytes, which are 16 characters of base64. */
const SHORTEST_BASE64 = 16;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/**
 * The frames that a text holds, as hex or, where there are none, as base64. Pieces that are not whole come from hex
 * alone: any text is base64 of something.
 */
export function framesOfText(text: string): FramePiece[] {
  const bare = text.trim();
  const bytes = bytesOfHexText(bare);
  const pieces = bytes === undefined ? [] : splitFrames(bytes);
  if (pieces.some(({ isWhole }) => isWhole)) return pieces;
  if (bare.length < SHORTEST_BASE64 || !BASE64.test(bare)) return pieces;
  const decoded = splitFrames(Buffer.from(bare, 'base64')).filter(({ isWhole }) => isWhole);
  return decoded.length > 0 ? decoded : pieces;
}
