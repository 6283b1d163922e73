const NOT_HEX = -1;
/** Of each character code below 128 the value as a hex digit. */
const HEX_VALUE = Int8Array.from({ length: 128 }, (_, code) => {
  const digit = '0123456789abcdef'.indexOf(String.fromCodePoint(code).toLowerCase());
  return digit < 0 ? NOT_HEX : digit;
});
const X = new Set(['x', 'X']);
/** What stands between bytes or groups of them. */
const SEPARATORS = new Set(
  [' ', '\t', '\r', '\n', '\0', ',', ';', ':', '-', '_', '|', '"', "'", '[', ']', '{', '}', '(', ')', '\\'].map(
    (character) => character.codePointAt(0)!,
  ),
);

/**
 * The bytes that hex text tells: in groups of any length, with or without `0x`, in either case. Words that are not hex
 * are passed over; of a group with an odd number of digits the last one is, as it is of text that was cut short.
 * Undefined where there is no byte at all.
 */
export function bytesOfHexText(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array((text.length >> 1) + 1);
  let length = 0;
  let at = 0;
  while (at < text.length) {
    if (SEPARATORS.has(text.charCodeAt(at))) {
      at++;
      continue;
    }
    let end = at;
    while (end < text.length && !SEPARATORS.has(text.charCodeAt(end))) end++;
    length += addGroup(bytes, length, text, at, end);
    at = end;
  }
  return length === 0 ? undefined : bytes.subarray(0, length);
}

// How many bytes the group [from, to) adds.
function addGroup(bytes: Uint8Array, length: number, text: string, from: number, to: number): number {
  const at =
    to - from > 2 && text[from] === '0' && X.has(text[from + 1]!) ? from + 2 : X.has(text[from]!) ? from + 1 : from;
  for (let i = at; i < to; i++) if (valueAt(text, i) === NOT_HEX) return 0;
  if (to - at === 1) {
    bytes[length] = valueAt(text, at);
    return 1;
  }
  const count = (to - at) >> 1;
  for (let i = 0; i < count; i++) bytes[length + i] = valueAt(text, at + 2 * i) * 16 + valueAt(text, at + 2 * i + 1);
  return count;
}

function valueAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 128 ? HEX_VALUE[code]! : NOT_HEX;
}
