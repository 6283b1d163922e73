import type { Insertable, Selectable } from 'kysely';

import { CANONICAL_UNIT, type Medium } from '../../domain/quantity.ts';
import type { MeterTable } from '../../storage/relational/schema.ts';
import type { MeterChange, NewShare, Share } from '../api/schemas/meter.ts';
import type { MeterInput } from './meter-input.ts';

/** A meter as it stands in its table. */
export type MeterRow = Selectable<MeterTable>;

/** The row of a meter to be entered; what is not said has its default. */
export function rowOfNewMeter(input: MeterInput, nowMs: number): MeterRow {
  return {
    id: input.id,
    collector_id: input.collectorId,
    name: input.name ?? input.id,
    medium: input.medium,
    measures: input.measures ?? (input.medium === 'temperature' ? 'room' : null),
    zone_kind: input.zoneKind ?? null,
    parent_id: input.parentId ?? null,
    address: input.address ?? null,
    format: input.format ?? null,
    register_unit: input.registerUnit ?? CANONICAL_UNIT[input.medium],
    register_modulus: input.registerModulus ?? null,
    rated_maximum: input.ratedMaximum ?? null,
    expected_interval_s: input.expectedIntervalS ?? 900,
    created_at: nowMs,
    building_id: input.buildingId ?? null,
    zone_id: input.zoneId ?? null,
    direction: input.direction ?? 'import',
    primary_register: input.primaryRegister ?? null,
    certificate: input.certificate ?? null,
    certificate_expires: input.certificateExpires ?? null,
    ended_on: null,
  };
}

/** The columns of a meter by the names that the API gives them. */
const COLUMNS = {
  name: 'name',
  collectorId: 'collector_id',
  parentId: 'parent_id',
  measures: 'measures',
  zoneKind: 'zone_kind',
  buildingId: 'building_id',
  zoneId: 'zone_id',
  format: 'format',
  registerUnit: 'register_unit',
  registerModulus: 'register_modulus',
  ratedMaximum: 'rated_maximum',
  address: 'address',
  certificate: 'certificate',
  certificateExpires: 'certificate_expires',
  direction: 'direction',
  primaryRegister: 'primary_register',
  expectedIntervalS: 'expected_interval_s',
} as const satisfies Partial<Record<keyof MeterChange, keyof MeterRow>>;

/** The row as it is after a change. A zone that is set brings its kind and its building, where they are not said. */
export function changedRow(row: MeterRow, change: MeterChange): MeterRow {
  const columns: Partial<Insertable<MeterTable>> = {};
  for (const [field, column] of Object.entries(COLUMNS) as [keyof typeof COLUMNS, keyof MeterRow][]) {
    if (change[field] !== undefined) Object.assign(columns, { [column]: change[field] });
  }
  const brings = change.zoneId == null ? {} : { zone_kind: null, building_id: null };
  return { ...row, ...brings, ...columns };
}

/** A row's undated facts by the names that the API gives them, for the audit trail. */
export function factsOfRow(row: MeterRow): Record<string, unknown> {
  return Object.fromEntries(Object.entries(COLUMNS).map(([field, column]) => [field, row[column]]));
}

/** The shares of a meter to be entered: those given, or the whole for its one institution. */
export function sharesOfNewMeter(input: MeterInput): Share[] {
  if (input.shares !== undefined) return input.shares.map(shareOfInput);
  return [{ institutionId: input.institutionId ?? '', zoneId: null, subItem: input.subItem ?? null, share: 1 }];
}

/** A share with what was left out as null. */
export function shareOfInput({ institutionId, zoneId, subItem, share }: NewShare): Share {
  return { institutionId, zoneId: zoneId ?? null, subItem: subItem ?? null, share };
}

/** A row's medium. */
export function mediumOf(row: Pick<MeterRow, 'medium'>): Medium {
  return row.medium as Medium;
}
