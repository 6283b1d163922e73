import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A frame of a list of frames with what it carries. */
export interface GoldenFrame {
  protocol: string;
  hex: string;
  kind: string;
  expected: Record<string, unknown>;
}

const OWN = new URL('../fixtures/frames.json', import.meta.url);
const CROSS_CHECK = fileURLToPath(new URL('../../../shared/domain/frames-crosscheck.json', import.meta.url));

/** The project's own golden frames. */
export function goldenFrames(): GoldenFrame[] {
  return read(fileURLToPath(OWN));
}

/** Further frames that stand beside the checkout, not in it; undefined where they do not. */
export function crossCheckFrames(): GoldenFrame[] | undefined {
  if (existsSync(CROSS_CHECK)) return read(CROSS_CHECK);
  console.warn(`Skipped: the frames for cross-checking are not at ${CROSS_CHECK}`);
  return undefined;
}

/** The bytes of hex text, `FE` before the frame left out. */
export function frameBytes(hex: string): Uint8Array {
  const bytes = Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  return bytes.subarray(bytes.findIndex((byte) => byte !== 0xfe));
}

function read(path: string): GoldenFrame[] {
  return (JSON.parse(readFileSync(path, 'utf8')) as { frames: GoldenFrame[] }).frames;
}
