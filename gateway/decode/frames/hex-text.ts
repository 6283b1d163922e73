import { Buffer } from 'node:buffer';

const SEPARATOR = 16;
const OTHER = 17;
const LETTER_X = 18;
/** Of each character code below 128: the value of a hex digit, or one of the above. */
const KINDS = kindsOfCharacters();

/**
 * The bytes that hex text tells: in groups of any length, with or without `0x`, in either case. Words that are not hex
 * are passed over; of a group with an odd number of digits the last one is, as it is of text that was cut short.
 * Undefined where there is no byte at all.
 */
export function bytesOfHexText(text: string): Uint8Array | undefined {
  if (text.length > 0 && text.length % 2 === 0) {
    // Stops at what is no digit: whole only where all of them are.
    const digitsAlone = Buffer.from(text, 'hex');
    if (digitsAlone.length === text.length / 2) return digitsAlone;
  }
  const bytes = new Uint8Array((text.length >> 1) + 1);
  let length = 0;
  let at = 0;
  while (at < text.length) {
    if (kindAt(text, at) === SEPARATOR) {
      at++;
      continue;
    }
    let end = at;
    while (end < text.length && kindAt(text, end) !== SEPARATOR) end++;
    length += addGroup(bytes, length, text, afterPrefix(text, at), end);
    at = end;
  }
  return length === 0 ? undefined : bytes.subarray(0, length);
}

// 0x, or the x of \x.
function afterPrefix(text: string, at: number): number {
  if (kindAt(text, at) === LETTER_X) return at + 1;
  return kindAt(text, at) === 0 && kindAt(text, at + 1) === LETTER_X ? at + 2 : at;
}

// How many bytes the group [from, to) adds.
function addGroup(bytes: Uint8Array, length: number, text: string, from: number, to: number): number {
  for (let i = from; i < to; i++) if (kindAt(text, i) >= SEPARATOR) return 0;
  if (to - from === 1) {
    bytes[length] = kindAt(text, from);
    return 1;
  }
  const count = (to - from) >> 1;
  for (let i = 0; i < count; i++) {
    bytes[length + i] = kindAt(text, from + 2 * i) * 16 + kindAt(text, from + 2 * i + 1);
  }
  return count;
}

function kindAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < KINDS.length ? KINDS[code]! : OTHER;
}

function kindsOfCharacters(): Uint8Array {
  const kinds = new Uint8Array(128).fill(OTHER);
  for (let value = 0; value < SEPARATOR; value++) {
    const digit = value.toString(16);
    kinds[digit.charCodeAt(0)] = value;
    kinds[digit.toUpperCase().charCodeAt(0)] = value;
  }
  for (const between of '\0 \t\r\n,;:-_|"\'[]{}()\\') kinds[between.codePointAt(0)!] = SEPARATOR;
  for (const x of 'xX') kinds[x.codePointAt(0)!] = LETTER_X;
  return kinds;
}
