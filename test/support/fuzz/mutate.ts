import type { Dice } from './dice.ts';

/** Bytes that mean something to a parser of JSON or MQTT more often than others. */
const TELLING = Buffer.from('{}[]",:\\-+.eE09nNtf \0\x7f\x80\xff\xfe\xc0\xed', 'latin1');

/** A copy of `bytes` with one to four of these done to it: bits flipped, cut, bytes put in, left out, doubled. */
export function mutate(dice: Dice, bytes: Buffer): Buffer {
  let result = Buffer.from(bytes);
  for (let times = 1 + dice.below(4); times > 0; times--) result = mutateOnce(dice, result);
  return result;
}

function mutateOnce(dice: Dice, bytes: Buffer): Buffer<ArrayBuffer> {
  const at = dice.below(bytes.length + 1);
  const to = Math.min(bytes.length, at + 1 + dice.below(8));
  const [before, piece, after] = [bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)];
  switch (dice.below(6)) {
    case 0:
      return Buffer.concat([before, piece.map((byte) => byte ^ (1 << dice.below(8))), after]);
    case 1:
      return Buffer.from(before);
    case 2:
      return Buffer.concat([before, dice.bytes(1 + dice.below(8)), piece, after]);
    case 3:
      return Buffer.concat([before, after]);
    case 4:
      return Buffer.concat([before, piece, piece, after]);
    default:
      return Buffer.concat([before, Buffer.from([dice.pick([...TELLING])]), bytes.subarray(Math.min(at + 1, to))]);
  }
}
