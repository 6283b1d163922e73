import { isValidId } from '../../domain/ids.ts';
import { unitFactor, unitsOf } from '../../domain/quantity.ts';
import { SUB_ITEM_CODES } from '../../domain/sub-item.ts';
import { WIRE_FORMAT_IDS, type WireFormat } from '../../domain/wire-format.ts';
import type { Share } from '../api/schemas/meter.ts';
import { mediumOf, type MeterRow } from './meter-row.ts';

/** Formats whose frames name their meter by nothing but an address. */
const FRAME_FORMATS: ReadonlySet<string> = new Set<WireFormat>([
  'dlt645-2007',
  'dlt645-1997',
  'cjt188',
  'mbus',
  'frames',
]);
const SUB_ITEM_LENGTH = 16;
/** How far shares that were written as decimal fractions may miss 1. */
const SHARE_SLACK = 1e-9;

/** Why a meter cannot be as it is described, in a sentence that names field and remedy; undefined where it can. */
export function problemOfMeter(row: MeterRow): string | undefined {
  if (!isValidId(row.id)) return `id: ${row.id} is not free for a meter; take another name`;
  return problemOfRegister(row) ?? problemOfTemperature(row) ?? problemOfWire(row) ?? problemOfDirection(row);
}

/** Why the shares of a meter of a medium cannot be as they are given; undefined where they can. */
export function problemOfShares(medium: string, shares: readonly Share[]): string | undefined {
  const places = new Set<string>();
  for (const { institutionId, zoneId, subItem, share } of shares) {
    if (!(share > 0 && share <= 1)) return `share: ${share} is no part of a meter; give more than 0, at most 1`;
    const place = JSON.stringify([institutionId, zoneId, subItem]);
    if (places.has(place)) return `shares: ${institutionId} has two for the same zone and sub-item; add them up`;
    places.add(place);
    if (subItem === null) continue;
    if (medium !== 'electricity' && subItem.length > SUB_ITEM_LENGTH) {
      return `subItem: ${subItem} has more than ${SUB_ITEM_LENGTH} characters; shorten it`;
    }
    if (medium === 'electricity' && !(SUB_ITEM_CODES as readonly string[]).includes(subItem)) {
      return `subItem: electricity has the sub-items (分项) ${SUB_ITEM_CODES.join(', ')}; ${subItem} is none of them`;
    }
  }
  const sum = shares.reduce((total, { share }) => total + share, 0);
  if (Math.abs(sum - 1) <= SHARE_SLACK) return undefined;
  return `shares: they sum to ${Number(sum.toPrecision(12))}; all of a meter's usage belongs to somebody, make them sum to 1`;
}

function problemOfRegister(row: MeterRow): string | undefined {
  const medium = mediumOf(row);
  if (unitFactor(medium, row.register_unit) === undefined) {
    return `registerUnit: a register of ${medium} counts in ${unitsOf(medium).join(', ')}, not in ${row.register_unit}`;
  }
  const above = { registerModulus: row.register_modulus, ratedMaximum: row.rated_maximum };
  for (const [field, value] of Object.entries({ ...above, expectedIntervalS: row.expected_interval_s })) {
    if (value !== null && !(Number.isFinite(value) && value > 0)) return `${field}: must be above zero`;
  }
  const { register_modulus: modulus, rated_maximum: rated } = row;
  if (modulus === null || rated === null) return undefined;
  const most = (rated * row.expected_interval_s) / 3600;
  if (modulus > most) return undefined;
  return `registerModulus: ${modulus} is reached within one interval: ${rated} an hour make ${most} in ${row.expected_interval_s} s, so a rollover could not be told from a reset; check modulus, ratedMaximum and expectedIntervalS`;
}

function problemOfTemperature(row: MeterRow): string | undefined {
  if (row.medium !== 'temperature') {
    return row.measures === null
      ? undefined
      : 'measures: only a temperature point says what it measures; leave it out, or set medium to temperature';
  }
  if (row.register_modulus !== null || row.rated_maximum !== null) {
    return 'registerModulus, ratedMaximum: a temperature point has no register; leave them out';
  }
  if (row.primary_register !== null) return 'primaryRegister: a temperature point has no register; leave it out';
  if (row.parent_id !== null) return 'parentId: a temperature point is part of no other meter; leave it out';
  if (row.measures === null)
    return 'measures: a temperature point says what it measures: room, outdoor, supply, setpoint';
  return undefined;
}

function problemOfWire({ format, address }: MeterRow): string | undefined {
  if (format === null) return undefined;
  if (!(WIRE_FORMAT_IDS as readonly string[]).includes(format)) {
    return `format: ${format} is not known; it must be one of ${WIRE_FORMAT_IDS.join(', ')}`;
  }
  if (FRAME_FORMATS.has(format) && (address === null || address.trim() === '')) {
    return `address: a frame of ${format} names its meter by nothing else; give the address on the nameplate (表号)`;
  }
  return undefined;
}

function problemOfDirection({ medium, direction }: MeterRow): string | undefined {
  if (direction === 'pv' && medium !== 'electricity') {
    return `direction: photovoltaics (光伏) make electricity, not ${medium}`;
  }
  if (direction === 'export' && medium === 'temperature') {
    return 'direction: a temperature point counts nothing that could be given away; leave it out';
  }
  return undefined;
}
