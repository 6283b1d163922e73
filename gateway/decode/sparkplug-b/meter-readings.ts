import { unitFactor } from '../../../domain/quantity.ts';
import type { QuarantineReason } from '../../../domain/reading.ts';
import type { Decoded } from '../decoded.ts';
import { scaledBy } from '../../../domain/scaled-by.ts';
import type { MetricMeaning } from './birth.ts';
import { factorOfUnit, registerUnit } from './unit-factors.ts';

/** Gathers metrics into readings: one for each meter and instant. */
export interface MeterReadings {
  /** False: there are more readings than a message may carry. */
  add(meaning: MetricMeaning, value: unknown, timestampMs: number | undefined, name: string): boolean;
  finish(): Decoded;
}

interface Gathered {
  meaning: MetricMeaning;
  timestampMs: number | undefined;
  fields: Record<string, unknown>;
  wrong?: { reason: QuarantineReason; detail: string };
}

/** Most readings in one message. */
const MAX_READINGS = 1000;

/** Nothing gathered yet. */
export function createMeterReadings(): MeterReadings {
  const gathered: Gathered[] = [];
  const byKey = new Map<string, Gathered>();
  let last: Gathered | undefined;

  function readingFor(meaning: MetricMeaning, timestampMs: number | undefined): Gathered | undefined {
    if (last !== undefined && last.timestampMs === timestampMs && last.meaning.address === meaning.address) return last;
    const key = `${timestampMs}\0${meaning.address}`;
    last = byKey.get(key);
    if (last !== undefined || gathered.length === MAX_READINGS) return last;
    last = { meaning, timestampMs, fields: timestampMs === undefined ? {} : { ts: timestampMs }, wrong: undefined };
    gathered.push(last);
    byKey.set(key, last);
    return last;
  }

  return {
    add: (meaning, value, timestampMs, name) => {
      const reading = readingFor(meaning, timestampMs);
      if (reading === undefined) return false;
      reading.wrong ??= put(reading.fields, meaning, value, name);
      return true;
    },
    finish: () => {
      const decoded: Decoded = { items: [], refused: [] };
      for (const [position, { meaning, fields, wrong }] of gathered.entries()) {
        const index = gathered.length === 1 ? -1 : position;
        const { address, otherAddresses } = meaning;
        if (wrong === undefined) decoded.items.push({ address, otherAddresses, format: 'sparkplug-b', index, fields });
        else decoded.refused.push({ index, ...wrong, address, format: 'sparkplug-b' });
      }
      return decoded;
    },
  };
}

// Puts a value where the platform's JSON has it, in its unit, or tells why it cannot be taken.
function put(fields: Record<string, unknown>, meaning: MetricMeaning, value: unknown, name: string): Gathered['wrong'] {
  if (typeof value !== 'number') {
    return { reason: 'bad-value', detail: `Metric ${name} is no number${value === 'ambiguous' ? AMBIGUOUS : ''}` };
  }
  const { quantity, unitKind, unit } = meaning;
  if (unitKind === 'register') return putRegister(fields, meaning, value, name);
  const factor = unit === undefined ? 1 : factorOfUnit(unitKind, unit);
  if (factor === undefined) return badUnit(name, unit!);
  const scaled = scaledBy(value, factor);
  if (meaning.isRegister) ((fields['registers'] ??= {}) as Record<string, number>)[quantity] = scaled;
  else fields[quantity] = scaled;
  return undefined;
}

const AMBIGUOUS = ': no birth certificate tells its datatype, and it may be negative';

// The registers of a reading count in one unit: that of the first one which tells it.
function putRegister(
  fields: Record<string, unknown>,
  { quantity, isRegister, unit: given }: MetricMeaning,
  value: number,
  name: string,
): Gathered['wrong'] {
  const unit = given === undefined ? undefined : registerUnit(given);
  const common = fields['unit'] as string | undefined;
  let counted = value;
  if (unit !== undefined && common === undefined) fields['unit'] = unit;
  if (unit !== undefined && common !== undefined && unit !== common) {
    const factor = between(unit, common);
    if (factor === undefined) return badUnit(name, unit);
    counted = scaledBy(value, factor);
  }
  if (isRegister) ((fields['registers'] ??= {}) as Record<string, number>)[quantity] = counted;
  else fields[quantity] = counted;
  return undefined;
}

function between(unit: string, common: string): number | undefined {
  for (const medium of ['electricity', 'heat', 'water'] as const) {
    const from = unitFactor(medium, unit);
    const to = unitFactor(medium, common);
    if (from !== undefined && to !== undefined) return from / to;
  }
  return undefined;
}

function badUnit(name: string, unit: string): Gathered['wrong'] {
  return { reason: 'bad-unit', detail: `Metric ${name} counts in ${unit.slice(0, 32)}, which is not known for it` };
}
