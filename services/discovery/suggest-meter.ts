import type { Medium } from '../../domain/quantity.ts';

/** What an unregistered meter may be: a guess, for a person to correct. */
export interface SuggestedMeter {
  id: string;
  medium: Medium;
}

/** What is known of an unregistered meter. */
export interface HeardAs {
  collector: string;
  namedBy: 'id' | 'address';
  name: string;
  format: string | null;
  fields: Readonly<Record<string, unknown>>;
}

const MAX_ID = 64;
const VOLUME_UNITS: readonly unknown[] = ['m3', 'm³', 'L'];
const HEAT_UNITS: readonly unknown[] = ['GJ', 'MJ', 'kJ'];
const OF_ELECTRICITY = ['voltage', 'voltageA', 'current', 'currentA', 'powerFactor', 'powerA', 'frequency'];
const OF_HEAT = ['supply', 'return', 'temperatureDifference'];
const OF_ROOMS = ['temperature', 'setpoint'];

/** Guesses what an unregistered meter is called and measures, by its format and by what it says. */
export function suggestMeter(heard: HeardAs): SuggestedMeter {
  return { id: heard.namedBy === 'id' ? heard.name : idOf(heard), medium: mediumOf(heard) };
}

function idOf({ collector, name }: HeardAs): string {
  const address = name.replaceAll(/[^A-Za-z0-9_-]+/g, '-').replaceAll(/^-+|-+$/g, '');
  // Of a long one the end tells meters apart.
  return `${collector}-${address}`.length <= MAX_ID
    ? `${collector}-${address}`
    : `${collector.slice(0, MAX_ID / 2 - 1)}-${address.slice(-MAX_ID / 2)}`;
}

function mediumOf({ format, fields }: HeardAs): Medium {
  if (format === 'dlt645-2007' || format === 'dlt645-1997') return 'electricity';
  const has = (names: readonly string[]): boolean => names.some((name) => name in fields);
  const registers = (fields['registers'] ?? {}) as Record<string, unknown>;
  if (has(OF_ELECTRICITY)) return 'electricity';
  if (VOLUME_UNITS.includes(fields['unit'])) return 'water';
  if (has(OF_HEAT) || HEAT_UNITS.includes(fields['unit']) || 'volume' in registers) return 'heat';
  if (has(OF_ROOMS) && !has(['total', 'delta', 'rate'])) return 'temperature';
  return format === 'cjt188' ? 'water' : 'electricity';
}
