import type { PhotoType } from '../api/schemas/manual-reading.ts';

/** How the files of each kind begin (JPEG SOI and marker, PNG signature, RIFF container of WebP). */
const MAGIC: readonly { type: PhotoType; at: number; bytes: readonly number[] }[] = [
  { type: 'image/jpeg', at: 0, bytes: [0xff, 0xd8, 0xff] },
  { type: 'image/png', at: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { type: 'image/webp', at: 8, bytes: [0x57, 0x45, 0x42, 0x50] },
];
const RIFF = [0x52, 0x49, 0x46, 0x46];

/** What kind of photograph the bytes are, by how they begin; undefined where they are none that is taken. */
export function photoType(bytes: Uint8Array): PhotoType | undefined {
  const begins = (at: number, wanted: readonly number[]): boolean =>
    wanted.every((byte, index) => bytes[at + index] === byte);
  const found = MAGIC.find(({ at, bytes: wanted }) => begins(at, wanted));
  return found?.type === 'image/webp' && !begins(0, RIFF) ? undefined : found?.type;
}
