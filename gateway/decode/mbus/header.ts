/** Who answers, as the header in front of variable data tells. */
export interface Header {
  /** Identification number, eight digits. */
  identification?: string;
  /** Three letters. */
  manufacturer?: string;
  /** The secondary address as masters write it: identification, manufacturer, version, medium, 16 hex digits. */
  secondaryAddress?: string;
  medium?: number;
  /** Mode of encryption; 0: none. */
  encryption: number;
  /** Where the records begin. */
  next: number;
}

const LONG = 12;
const SHORT = 4;

/** The long header (CI 72, 76) at `at`; undefined where the frame ends within it. */
export function readLongHeader(bytes: Uint8Array, at: number, to: number, isReversed: boolean): Header | undefined {
  if (at + LONG > to) return undefined;
  const identification = hexAt(bytes, at, 4, !isReversed);
  const maker = wordAt(bytes, at + 4, isReversed);
  return {
    identification,
    manufacturer: manufacturerOf(maker),
    secondaryAddress: identification + hexAt(bytes, at + 4, 2, isReversed) + hexAt(bytes, at + 6, 2, false),
    medium: bytes[at + 7]!,
    encryption: encryptionOf(wordAt(bytes, at + 10, isReversed)),
    next: at + LONG,
  };
}

/** The short header (CI 7A), which does not say who answers; undefined where the frame ends within it. */
export function readShortHeader(bytes: Uint8Array, at: number, to: number): Header | undefined {
  if (at + SHORT > to) return undefined;
  return { encryption: encryptionOf(wordAt(bytes, at + 2, false)), next: at + SHORT };
}

/** `length` bytes as hex digits, the last byte first where `isLittleEndian`. */
export function hexAt(bytes: Uint8Array, at: number, length: number, isLittleEndian: boolean): string {
  let text = '';
  for (let n = 0; n < length; n++) text += HEX[bytes[isLittleEndian ? at + length - 1 - n : at + n]!]!;
  return text;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, '0'));

function wordAt(bytes: Uint8Array, at: number, isReversed: boolean): number {
  return isReversed ? bytes[at]! * 256 + bytes[at + 1]! : bytes[at]! + bytes[at + 1]! * 256;
}

// Five bits a letter, A being 1.
function manufacturerOf(word: number): string {
  return String.fromCharCode(64 + ((word >> 10) & 31), 64 + ((word >> 5) & 31), 64 + (word & 31));
}

// Modes above 15 are not given out: meters older than that have a signature of their own there, and send plain data.
function encryptionOf(configuration: number): number {
  const mode = (configuration >> 8) & 0x1f;
  return mode <= 15 ? mode : 0;
}
