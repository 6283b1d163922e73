import type { FrameResult } from '../frame-result.ts';
import { createFieldCollector } from './fields.ts';
import { hexAt } from './header.ts';
import { numberAt, scaled } from './number.ts';
import type { DataRecord } from './record.ts';
import type { Meaning, Measured } from './vif.ts';

const LENGTH = 16;
/** Bits of the status byte. */
const IS_BINARY = 1;
const IS_STORED = 2;
const SAME_UNIT_STORED = 0x3e;

/** Media of fixed data as the codes of variable data; those "mode 2" are the same. */
const MEDIA = [0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x03, 0x04, 0x06, 0x07, 0x08, 0x00, 0x00] as const;

const UNITS = unitTable();

/** Decodes the fixed data structure (CI 73, 77): identification, status, two counters with their units. */
export function decodeFixedData(bytes: Uint8Array, at: number, to: number, isReversed: boolean): FrameResult {
  if (at + LENGTH > to) {
    return { ok: false, reason: 'truncated', detail: `Fixed data have 16 bytes, not ${to - at}` };
  }
  const address = hexAt(bytes, at, 4, !isReversed);
  const status = bytes[at + 5]!;
  const first = bytes[at + 6]!;
  const second = bytes[at + 7]!;
  const collector = createFieldCollector(MEDIA[(first >> 6) | ((second & 0xc0) >> 4)]);
  const firstUnit = UNITS[first & 0x3f];
  const isRepeated = (second & 0x3f) === SAME_UNIT_STORED;
  const storage = (status & IS_STORED) === 0 ? 0 : 1;
  for (const [meaning, counterAt, counterStorage] of [
    [firstUnit, at + 8, storage],
    [isRepeated ? firstUnit : UNITS[second & 0x3f], at + 12, isRepeated ? 1 : storage],
  ] as const) {
    if (meaning === undefined) continue;
    const coding = (status & IS_BINARY) === 0 ? 'bcd' : 'integer';
    const sent = numberAt(bytes, counterAt, 4, coding, isReversed);
    collector.add(counter(meaning, counterStorage, scaled((sent * meaning.times) / meaning.over, meaning.exponent)));
  }
  const outcome = collector.finish(false);
  if (outcome.ok) return { ok: true, address, fields: outcome.fields };
  return outcome.isBroken
    ? { ok: false, reason: 'bad-value', detail: 'The counter of the total holds no number', address }
    : { ok: false, reason: 'unknown-identifier', detail: 'Neither counter has a unit that is known', address };
}

function counter(meaning: Meaning, storage: number, value: number): DataRecord {
  return { function: 'instantaneous', storage, tariff: 0, subunit: 0, meaning, value, dataAt: 0, dataLength: 0 };
}

// Each unit comes ×1, ×10 and ×100.
function unitTable(): readonly (Meaning | undefined)[] {
  const table = Array.from<Meaning | undefined>({ length: 64 });
  const put = (code: number, measured: Measured, exponent: number, unit?: 'kWh' | 'GJ', over = 1): void => {
    for (let n = 0; n < 3; n++) table[code + n] = { measured, exponent: exponent + n, times: 1, over, unit };
  };
  put(0x02, 'energy', -3, 'kWh');
  put(0x05, 'energy', 0, 'kWh');
  put(0x08, 'energy', 3, 'kWh');
  put(0x0b, 'energy', -6, 'GJ');
  put(0x0e, 'energy', -3, 'GJ');
  put(0x11, 'energy', 0, 'GJ');
  put(0x14, 'power', -3);
  put(0x17, 'power', 0);
  put(0x1a, 'power', 3);
  // kJ/h, MJ/h, GJ/h
  put(0x1d, 'power', 0, undefined, 3600);
  put(0x20, 'power', 3, undefined, 3600);
  put(0x23, 'power', 6, undefined, 3600);
  put(0x26, 'volume', -6);
  put(0x29, 'volume', -3);
  put(0x2c, 'volume', 0);
  put(0x2f, 'flow', -6);
  put(0x32, 'flow', -3);
  put(0x35, 'flow', 0);
  return table;
}
