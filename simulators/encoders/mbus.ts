import { bug } from '../../domain/errors.ts';
import { sumOf, writeAddress, writeBcd } from './bcd.ts';
import { mbusRecord, type MbusRecord } from './mbus-record.ts';

/** A meter that answers with variable data. */
export interface MbusMeter {
  /** Eight digits. */
  id: string;
  /** Three capital letters. */
  manufacturer: string;
  version?: number;
  /** 02 electricity, 04 heat (in the return), 07 water, 0A cooling, 0C heat (in the supply) (hex). */
  medium: number;
  primaryAddress?: number;
  accessNumber?: number;
  status?: number;
  records: readonly MbusRecord[];
  /** What the maker keeps to itself, behind the records. */
  private?: Uint8Array;
}

const RESPONSE = 0x08;
const VARIABLE = 0x72;
const FIXED = 0x73;
const MAKERS_OWN = 0x0f;

/** A long frame with variable data (EN 13757-3, 6): `68 L L 68 C A 72 header records CS 16`. */
export function encodeMbus(meter: MbusMeter): Buffer {
  const header = Buffer.alloc(12);
  writeAddress(header, 0, meter.id, 4);
  header.writeUInt16LE(manufacturerCode(meter.manufacturer), 4);
  header[6] = meter.version ?? 1;
  header[7] = meter.medium;
  header[8] = meter.accessNumber ?? 0;
  header[9] = meter.status ?? 0;
  const own = meter.private === undefined ? [] : [Uint8Array.of(MAKERS_OWN), meter.private];
  return longFrame(meter.primaryAddress ?? 1, VARIABLE, [header, ...meter.records.map(mbusRecord), ...own]);
}

/** A meter that answers with two counters of fixed length. */
export interface MbusFixedMeter {
  /** Eight digits. */
  id: string;
  /** 2 electricity, 3 gas, 4 heat, 7 water. */
  medium: number;
  primaryAddress?: number;
  accessNumber?: number;
  /** Counters as binary numbers instead of BCD. */
  binary?: boolean;
  /** The second counter is the first one's value of the last fixed date. */
  counters: readonly [MbusCounter, MbusCounter];
}

/** A counter and the code of its unit in the table of the fixed structure (05 kWh, 08 MWh, 11 GJ, 29 L, 2C m³ …). */
export interface MbusCounter {
  unit: number;
  digits: number;
}

/** Unit code of a counter that shows the first one's value of the last fixed date. */
export const SAME_BUT_HISTORIC = 0x3e;

/** A long frame with fixed data (EN 1434-3, 5.3): identification, access, status, medium and units, two counters. */
export function encodeMbusFixed(meter: MbusFixedMeter): Buffer {
  const body = Buffer.alloc(16);
  const [first, second] = meter.counters;
  writeAddress(body, 0, meter.id, 4);
  body[4] = meter.accessNumber ?? 0;
  body[5] = meter.binary === true ? 0x01 : 0x00;
  // The medium's four bits stand on top of the units', the lower two first.
  body[6] = first.unit | ((meter.medium & 0x03) << 6);
  body[7] = second.unit | ((meter.medium >> 2) << 6);
  for (const [index, { digits }] of meter.counters.entries()) {
    if (meter.binary === true) body.writeUInt32LE(digits, 8 + 4 * index);
    else writeBcd(body, 8 + 4 * index, digits, 4);
  }
  return longFrame(meter.primaryAddress ?? 1, FIXED, [body]);
}

function longFrame(address: number, information: number, parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat([Uint8Array.of(RESPONSE, address, information), ...parts]);
  if (body.length > 255) bug(`${body.length} bytes do not fit a long frame`);
  const start = Uint8Array.of(0x68, body.length, body.length, 0x68);
  return Buffer.concat([start, body, Uint8Array.of(sumOf(body, 0, body.length), 0x16)]);
}

/** Three letters of five bits each, `A` being 1. */
function manufacturerCode(letters: string): number {
  let code = 0;
  for (let i = 0; i < 3; i++) code = code * 32 + (letters.charCodeAt(i) - 64);
  return code;
}
