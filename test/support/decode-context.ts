import { createZone } from '../../domain/zone.ts';
import type { DecodeContext } from '../../gateway/decode/frame-result.ts';

/** Shanghai, on the afternoon of 8 January 2026. */
export const DECODE_CONTEXT: DecodeContext = {
  zone: createZone('Asia/Shanghai'),
  receivedAtMs: Date.parse('2026-01-08T14:30:05+08:00'),
};
