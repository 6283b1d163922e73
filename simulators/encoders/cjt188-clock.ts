import { writeBcd } from './bcd.ts';

/**
 * A meter's own clock: local date and time, in the order of the standard (seconds first) or reversed as some makers
 * send it; `zero` where it was never set, `missing` where it has none (`FF`), `impossible` where it lost its mind.
 */
export type MeterClock = { local: Date; reversed?: boolean } | 'zero' | 'missing' | 'impossible';

const BYTES = 7;

/** Writes the seven bytes of it; of `local` its UTC fields are taken as the local ones. */
export function writeMeterClock(data: Uint8Array, at: number, clock: MeterClock): void {
  const field = data.subarray(at, at + BYTES);
  if (clock === 'zero') field.fill(0);
  else if (clock === 'missing') field.fill(0xff);
  // The 45th of month 13 at 77:88:99.
  else if (clock === 'impossible') field.set([0x99, 0x88, 0x77, 0x45, 0x13, 0x26, 0x20]);
  else {
    const { local } = clock;
    const parts = [local.getUTCSeconds(), local.getUTCMinutes(), local.getUTCHours(), local.getUTCDate()];
    parts.push(local.getUTCMonth() + 1, local.getUTCFullYear() % 100, Math.floor(local.getUTCFullYear() / 100));
    for (const [index, part] of parts.entries()) writeBcd(field, index, part, 1);
    if (clock.reversed === true) field.reverse();
  }
}
