/** Bytes that are shown at most. */
export const SHOWN_BYTES = 64 * 1024;

const LINE_BYTES = 16;
/** No control characters but those of lines and tables. */
const READABLE = /^(?:\P{Cc}|[\t\n\r])*$/u;

/** The bytes that base64 stands for. */
export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.codePointAt(0) ?? 0);
}

/** The text that the bytes are in UTF-8; undefined where they are none that could be read. */
export function textOf(bytes: Uint8Array): string | undefined {
  const shown = bytes.subarray(0, SHOWN_BYTES);
  try {
    // What is cut may be cut within a character.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(shown, { stream: shown.length < bytes.length });
    return READABLE.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** A JSON text with its levels indented; undefined where it is none, or nothing that has levels. */
export function indentedJson(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
  } catch {
    return undefined;
  }
  // The literals stay as they were sent: 12.50 is not 12.5 to who looks for a meter's decimals.
  const pieces = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gs) ?? [];
  let level = 0;
  const line = (): string => `\n${'  '.repeat(level)}`;
  return pieces
    .map((piece, index) => {
      const isEmpty = /^[}\]]$/.test(pieces[index + 1] ?? '');
      if (piece === '{' || piece === '[') {
        level += 1;
        return isEmpty ? piece : piece + line();
      }
      if (piece === '}' || piece === ']') {
        level -= 1;
        return /^[{[]$/.test(pieces[index - 1] ?? '') ? piece : line() + piece;
      }
      if (piece === ',') return piece + line();
      return piece === ':' ? ': ' : piece;
    })
    .join('');
}

/** The bytes in lines of sixteen: offset, hexadecimal, and what of them is ASCII. */
export function hexOf(bytes: Uint8Array): string {
  const shown = bytes.subarray(0, SHOWN_BYTES);
  const lines: string[] = [];
  for (let from = 0; from < shown.length; from += LINE_BYTES) {
    const line = [...shown.subarray(from, from + LINE_BYTES)];
    const hex = line.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const ascii = line.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCodePoint(byte) : '.')).join('');
    lines.push(`${from.toString(16).padStart(6, '0')}  ${hex.padEnd(LINE_BYTES * 3 - 1)}  ${ascii}`);
  }
  return lines.join('\n');
}
