import { scaled, numberAt, type Coding } from './number.ts';
import { EXTENSION_FB, EXTENSION_FD, PRIMARY, type Meaning, type Measured } from './vif.ts';

/** Which kind of value a record holds. */
export type RecordFunction = 'instantaneous' | 'maximum' | 'minimum' | 'error';

/** One data record: a value, and what it is. */
export interface DataRecord {
  function: RecordFunction;
  /** 0: now; 1: the last settlement day; further ones as the meter pleases. */
  storage: number;
  tariff: number;
  subunit: number;
  /** Undefined: nothing the platform keeps, or a record that says it is in error. */
  meaning?: Meaning;
  /** Only contributions of one direction are counted. */
  direction?: 'forward' | 'backward';
  /** L1, L2, L3 */
  phase?: 1 | 2 | 3;
  /** In the unit of the meaning; NaN where it is no number. */
  value: number;
  /** Where the bytes of the value stand. */
  dataAt: number;
  dataLength: number;
}

/** The record at a place, and where the next one begins; or `end`; or `broken`: it runs past the end of the data. */
export type RecordStep =
  | { kind: 'record'; record: DataRecord; next: number }
  /** `hasMore`: further records come in another answer. */
  | { kind: 'end'; hasMore: boolean }
  | { kind: 'broken' };

const END: RecordStep = { kind: 'end', hasMore: false };
const END_OF_PART: RecordStep = { kind: 'end', hasMore: true };
const BROKEN: RecordStep = { kind: 'broken' };
const FUNCTIONS: readonly RecordFunction[] = ['instantaneous', 'maximum', 'minimum', 'error'];
const EXTENSION = 0x80;
const IDLE_FILLER = 0x2f;
const SPECIAL = 0x0f;
const MORE_FOLLOWS = 0x1f;
const MAX_EXTENSIONS = 10;
const VARIABLE_LENGTH = 0x0d;

/** Bytes of the value by the low four bits of the DIF; the one of variable length says its own. */
const LENGTHS = [0, 1, 2, 3, 4, 4, 6, 8, 0, 1, 2, 3, 4, 0, 6, 0] as const;
const CODINGS: readonly Coding[] = [
  'none',
  'integer',
  'integer',
  'integer',
  'integer',
  'real',
  'integer',
  'integer',
  'none',
  'bcd',
  'bcd',
  'bcd',
  'bcd',
  'text',
  'bcd',
  'none',
];

/**
 * Reads the data record at `at` (EN 13757-3: DIF, DIFE, VIF, VIFE, value). Idle fillers are passed over; the data end at
 * `to`, at manufacturer specific data (0F), where more records follow in another answer (1F), and at a special function
 * that nobody has defined.
 */
export function readRecord(bytes: Uint8Array, at: number, to: number, isReversed: boolean): RecordStep {
  while (at < to && bytes[at] === IDLE_FILLER) at++;
  if (at >= to) return END;
  const dif = bytes[at++]!;
  if ((dif & 0x0f) === SPECIAL) return dif === MORE_FOLLOWS ? END_OF_PART : END;

  let storage = (dif >> 6) & 1;
  let tariff = 0;
  let subunit = 0;
  let more = dif & EXTENSION;
  for (let n = 0; more !== 0; n++) {
    if (at >= to || n === MAX_EXTENSIONS) return BROKEN;
    const dife = bytes[at++]!;
    storage += (dife & 0x0f) * 2 ** (1 + 4 * n);
    tariff += ((dife >> 4) & 3) * 4 ** n;
    subunit += ((dife >> 6) & 1) * 2 ** n;
    more = dife & EXTENSION;
  }

  if (at >= to) return BROKEN;
  const unit = readUnit(bytes, at, to);
  if (unit === undefined) return BROKEN;
  at = unit.next;

  let length: number = LENGTHS[dif & 0x0f]!;
  let coding = CODINGS[dif & 0x0f]!;
  if ((dif & 0x0f) === VARIABLE_LENGTH) {
    if (at >= to) return BROKEN;
    const variable = variableLength(bytes[at++]!);
    if (variable === undefined) return BROKEN;
    ({ length, coding } = variable);
  }
  if (at + length > to) return BROKEN;

  const { meaning } = unit;
  let value = Number.NaN;
  if (meaning !== undefined) {
    const sent = numberAt(bytes, at, length, coding, isReversed);
    value = scaled((sent * meaning.times) / meaning.over, meaning.exponent + unit.exponent);
  }
  return {
    kind: 'record',
    record: {
      function: FUNCTIONS[(dif >> 4) & 3]!,
      storage,
      tariff,
      subunit,
      meaning,
      direction: unit.direction,
      phase: unit.phase,
      value,
      dataAt: at,
      dataLength: length,
    },
    next: at + length,
  };
}

interface Unit {
  next: number;
  meaning?: Meaning;
  /** To add to that of the meaning. */
  exponent: number;
  direction?: 'forward' | 'backward';
  phase?: 1 | 2 | 3;
}

const PLAIN_TEXT = 0x7c;
const EXTENSION_TABLE = 0x7c;
const MAKERS_OWN = 0x7f;

// VIF and VIFEs. What changes the meaning in a way that is not known here leaves none.
function readUnit(bytes: Uint8Array, at: number, to: number): Unit | undefined {
  const vif = bytes[at++]!;
  const unit: Unit = { next: at, meaning: undefined, exponent: 0, direction: undefined, phase: undefined };
  let more = vif & EXTENSION;
  let budget = MAX_EXTENSIONS;
  if (vif === 0xfb || vif === 0xfd) {
    if (at >= to) return undefined;
    const code = bytes[at++]!;
    unit.meaning = (vif === 0xfb ? EXTENSION_FB : EXTENSION_FD)[code & 0x7f];
    more = code & EXTENSION;
    budget--;
  } else {
    unit.meaning = PRIMARY[vif & 0x7f];
  }
  // The unit as a text, its length before it. It stands behind the VIFEs, of some makers' meters before them.
  const isTextFirst = (vif & 0x7f) === PLAIN_TEXT && hasTextAt(bytes, at, to);
  if (isTextFirst) at += 1 + bytes[at]!;
  let isOpen = true;
  for (; more !== 0; budget--) {
    if (at >= to || budget === 0) return undefined;
    const vife = bytes[at++]!;
    more = vife & EXTENSION;
    const code = vife & 0x7f;
    // Behind a maker's own VIFE further ones mean what the maker pleases.
    if (isOpen) isOpen = applyExtension(unit, code, bytes, at, more !== 0);
    const isPair = code === EXTENSION_TABLE || code === MAKERS_OWN;
    if (isOpen && isPair && more !== 0 && at < to && budget > 1) {
      more = bytes[at++]! & EXTENSION;
      budget--;
    }
  }
  if ((vif & 0x7f) === PLAIN_TEXT && !isTextFirst) {
    if (at >= to) return undefined;
    at += 1 + bytes[at]!;
  }
  unit.next = at;
  return at > to ? undefined : unit;
}

function hasTextAt(bytes: Uint8Array, at: number, to: number): boolean {
  const length = at < to ? bytes[at]! : 0;
  if (length === 0 || at + length >= to) return false;
  for (let n = 1; n <= length; n++) {
    const byte = bytes[at + n]!;
    if (byte < 0x20 || (byte >= 0x7f && byte < 0xa0)) return false;
  }
  return true;
}

// Takes one VIFE into account; false where the record stops being what its VIF says.
function applyExtension(unit: Unit, code: number, bytes: Uint8Array, at: number, hasMore: boolean): boolean {
  if (code === 0x00 || code === 0x3e) return true; // no error; at base conditions
  if (code === 0x3b) unit.direction = 'forward';
  else if (code === 0x3c) unit.direction = 'backward';
  else if (code >= 0x70 && code <= 0x77) unit.exponent += code - 0x76;
  else if (code === 0x7d) unit.exponent += 3;
  else if (code === EXTENSION_TABLE && hasMore) {
    return putPhase(unit, bytes[at]! & 0x7f);
  } else if (code === MAKERS_OWN && hasMore && unit.meaning !== undefined && ELECTRICAL.has(unit.meaning.measured)) {
    // Makers of electricity meters number the phases there, and 0 is all of them.
    const phase = bytes[at]! & 0x7f;
    return phase === 0 || putPhase(unit, phase);
  } else return drop(unit);
  return true;
}

const ELECTRICAL: ReadonlySet<Measured> = new Set<Measured>([
  'power',
  'voltage',
  'current',
  'reactivePower',
  'apparentPower',
]);

function putPhase(unit: Unit, phase: number): boolean {
  if (phase !== 1 && phase !== 2 && phase !== 3) return drop(unit);
  unit.phase = phase;
  return true;
}

function drop(unit: Unit): boolean {
  unit.meaning = undefined;
  return false;
}

// LVAR: what the first byte of a value of variable length says of the rest.
function variableLength(lvar: number): { length: number; coding: Coding } | undefined {
  if (lvar <= 0xbf) return { length: lvar, coding: 'text' };
  if (lvar <= 0xcf) return { length: lvar - 0xc0, coding: 'bcd' };
  if (lvar <= 0xdf) return { length: lvar - 0xd0, coding: 'negative-bcd' };
  if (lvar <= 0xef) return { length: lvar - 0xe0, coding: 'integer' };
  // Binary of 16 to 32, 48 or 64 bytes: more than a number here holds.
  if (lvar <= 0xf4) return { length: 4 * (lvar - 0xec), coding: 'none' };
  if (lvar <= 0xf6) return { length: lvar === 0xf5 ? 48 : 64, coding: 'none' };
  return undefined;
}
