/** How a DTU hands on the frames that its meters answered with. */
export const DTU_WRAPPINGS = ['binary', 'hex', 'hex-spaced', 'json'] as const;
export type DtuWrapping = (typeof DTU_WRAPPINGS)[number];

/** A frame and, where the DTU tells it, the time at which it was read. */
export interface ReadFrame {
  frame: Buffer;
  atMs?: number;
}

/**
 * One message of a DTU: frames one behind the other as bytes or as hex text (upper case, spaced on request), or JSON
 * `{"ts":…,"hex":…}`, an array of them where there are several. Only JSON keeps the time of reading.
 */
export function dtuMessage(frames: readonly ReadFrame[], wrapping: DtuWrapping): Buffer {
  return WRAP[wrapping](frames);
}

const WRAP: Record<DtuWrapping, (frames: readonly ReadFrame[]) => Buffer> = {
  binary: (frames) => Buffer.concat(frames.map(({ frame }) => frame)),
  hex: (frames) => Buffer.from(frames.map(({ frame }) => upperHex(frame)).join('')),
  'hex-spaced': (frames) => Buffer.from(frames.map(({ frame }) => spaced(upperHex(frame))).join(' ')),
  json: (frames) => Buffer.from(frames.length === 1 ? jsonFrame(frames[0]!) : `[${frames.map(jsonFrame).join(',')}]`),
};

/** A frame as JSON. */
export function jsonFrame({ frame, atMs }: ReadFrame): string {
  const time = atMs === undefined ? '' : `"ts":${atMs},`;
  return `{${time}"hex":"${frame.toString('hex')}"}`;
}

function upperHex(frame: Buffer): string {
  return frame.toString('hex').toUpperCase();
}

function spaced(hex: string): string {
  return hex.replaceAll(/(..)(?=.)/g, '$1 ');
}
