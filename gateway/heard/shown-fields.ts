import { METRICS, REGISTER_METRICS } from '../../domain/quantity.ts';

/** What a list can show: quantities and what they count in. */
const SHOWN = ['ts', 'unit', ...METRICS];
const MAX_BYTES = 1000;
const MAX_TEXT = 64;

/**
 * Those fields of a reading that tell what it measures, for a list: numbers and short texts under known names, together
 * below 1 KB as JSON. Whatever else a sender wrote, however deep, is left out.
 */
export function shownFields(fields: Record<string, unknown>): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  let room = MAX_BYTES;
  const take = (source: Record<string, unknown>, names: readonly string[], into: Record<string, unknown>): void => {
    for (const name of names) {
      const value = Object.hasOwn(source, name) ? source[name] : undefined;
      if (typeof value !== 'number' && !(typeof value === 'string' && value.length <= MAX_TEXT)) continue;
      const length = name.length + Buffer.byteLength(JSON.stringify(value)) + 4;
      if (length > room) continue;
      room -= length;
      into[name] = value;
    }
  };
  take(fields, SHOWN, shown);
  const registers = fields['registers'];
  if (typeof registers !== 'object' || registers === null) return shown;
  const taken: Record<string, unknown> = {};
  take(registers as Record<string, unknown>, REGISTER_METRICS, taken);
  return Object.keys(taken).length === 0 ? shown : { ...shown, registers: taken };
}
