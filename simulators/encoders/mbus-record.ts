import { bug } from '../../domain/errors.ts';
import { writeBcd } from './bcd.ts';

/** How the number of a record is written (EN 13757-3, table 4). */
export type MbusCoding =
  | 'int8'
  | 'int16'
  | 'int24'
  | 'int32'
  | 'int48'
  | 'int64'
  | 'real32'
  | 'bcd2'
  | 'bcd4'
  | 'bcd6'
  | 'bcd8'
  | 'bcd12';

/** One value of a meter that answers with variable data. */
export interface MbusRecord {
  /** Value information: the primary byte, then extensions (their continuation bits are set here). */
  vif: readonly number[];
  coding: MbusCoding;
  /** The number as the record carries it; its unit and power of ten are those of `vif`. */
  digits: number;
  kind?: 'instantaneous' | 'maximum' | 'minimum' | 'error';
  /** 0: now; others were stored at settlement days. */
  storage?: number;
  tariff?: number;
  subunit?: number;
}

const CODES: Record<MbusCoding, { code: number; bytes: number }> = {
  int8: { code: 0x01, bytes: 1 },
  int16: { code: 0x02, bytes: 2 },
  int24: { code: 0x03, bytes: 3 },
  int32: { code: 0x04, bytes: 4 },
  real32: { code: 0x05, bytes: 4 },
  int48: { code: 0x06, bytes: 6 },
  int64: { code: 0x07, bytes: 8 },
  bcd2: { code: 0x09, bytes: 1 },
  bcd4: { code: 0x0a, bytes: 2 },
  bcd6: { code: 0x0b, bytes: 3 },
  bcd8: { code: 0x0c, bytes: 4 },
  bcd12: { code: 0x0e, bytes: 6 },
};
const KINDS = { instantaneous: 0x00, maximum: 0x10, minimum: 0x20, error: 0x30 };
const MORE = 0x80;

/** The bytes of a record: data information, value information, number. Stops with BUG where the number does not fit. */
export function mbusRecord(record: MbusRecord): Buffer {
  const { code, bytes } = CODES[record.coding];
  const value = Buffer.alloc(bytes);
  writeNumber(value, record.coding, record.digits);
  return Buffer.concat([dataInformation(record, code), continued(record.vif), value]);
}

/** DIF and its extensions: four bits of storage, two of tariff and one of subunit in each, the lowest first. */
function dataInformation(record: MbusRecord, code: number): Buffer {
  const { kind = 'instantaneous', storage = 0, tariff = 0, subunit = 0 } = record;
  const bytes = [code | KINDS[kind] | ((storage & 1) << 6)];
  let [stored, rate, unit] = [storage >> 1, tariff, subunit];
  while (stored > 0 || rate > 0 || unit > 0) {
    bytes.push((stored & 0x0f) | ((rate & 0x03) << 4) | ((unit & 0x01) << 6));
    [stored, rate, unit] = [stored >> 4, rate >> 2, unit >> 1];
  }
  return continued(bytes);
}

/** All but the last byte say that another follows. */
function continued(bytes: readonly number[]): Buffer {
  return Buffer.from(bytes.map((byte, index) => (index < bytes.length - 1 ? byte | MORE : byte)));
}

function writeNumber(target: Buffer, coding: MbusCoding, digits: number): void {
  if (coding === 'real32') target.writeFloatLE(digits);
  else if (coding === 'int64') target.writeBigInt64LE(BigInt(digits));
  else if (coding.startsWith('int')) target.writeIntLE(digits, 0, target.length);
  else writeSignedBcd(target, digits);
}

/** A negative number has `F` for its highest digit. */
function writeSignedBcd(target: Buffer, digits: number): void {
  writeBcd(target, 0, Math.abs(digits), target.length);
  if (digits >= 0) return;
  const top = target.length - 1;
  if (target[top]! >= 0x10) bug(`${digits} has no place for its sign`);
  target[top]! |= 0xf0;
}
