import type { Kysely } from 'kysely';

import type { Database } from '../../../storage/relational/schema.ts';
import type { Share } from '../../api/schemas/meter.ts';
import type { Period } from '../../registry/dated-periods.ts';
import { registryRevision } from '../../registry/in-transaction.ts';
import type { MeterEvent } from '../../registry/meter-history.ts';
import { type RegionNames, regionNames } from '../cells/region-names.ts';
import { factsOfRow, type Facts } from './facts.ts';

/** The sheets whose rows are objects with an id of their own. */
export const OBJECT_SHEETS = ['institutions', 'buildings', 'zones', 'collectors', 'meters'] as const;
export type ObjectSheet = (typeof OBJECT_SHEETS)[number];

export const ATTRIBUTE_NAMES = ['areaM2', 'officeAreaM2', 'headcount', 'establishment'] as const;
export type AttributeName = (typeof ATTRIBUTE_NAMES)[number];
export type Figures = Partial<Record<AttributeName, Period<number>[]>>;

/** A quota as it is stored. */
export interface QuotaFacts {
  annualLimit: number;
  monthLimits: number[];
}

/** The registry as an import compares a file with it and an export writes it. */
export interface RegistryState {
  /** Of the registry when it was read. */
  revision: number;
  regions: RegionNames;
  objects: Record<ObjectSheet, Map<string, Facts>>;
  figures: Map<string, Figures>;
  multipliers: Map<string, Period<number>[]>;
  shares: Map<string, Period<Share[]>[]>;
  events: Map<string, MeterEvent[]>;
  /** By {@link quotaKey}. */
  quotas: Map<string, QuotaFacts>;
  /** Names that readers of alerts have. */
  readers: Set<string>;
  /** Virtual meters: they and the meters have one set of ids. */
  virtualMeters: Set<string>;
}

/** The key of a quota: institution, year and medium. */
export function quotaKey(institutionId: string, year: number, medium: string): string {
  return `${institutionId}/${year}/${medium}`;
}

/** Regions as cells name them. */
export async function loadRegions(db: Kysely<Database>): Promise<RegionNames> {
  const rows = await db.selectFrom('region').select(['code', 'name_zh', 'name_en']).orderBy('code').execute();
  return regionNames(rows.map(({ code, name_zh: zh, name_en: en }) => ({ code, zh, en })));
}

/**
 * Reads the registry whole. Where it changes meanwhile it is read again, three times at most: the revision that is given
 * is the one before the reading, so that a writer finds out.
 */
export async function loadRegistry(db: Kysely<Database>): Promise<RegistryState> {
  for (let attempt = 1; ; attempt += 1) {
    const revision = await registryRevision(db);
    const state = await readAll(db, revision);
    if (attempt >= 3 || (await registryRevision(db)) === revision) return state;
  }
}

async function readAll(db: Kysely<Database>, revision: number): Promise<RegistryState> {
  const objects = async (
    sheet: ObjectSheet,
    table: 'institution' | 'building' | 'zone' | 'collector' | 'meter',
  ): Promise<Map<string, Facts>> => {
    const rows = await db.selectFrom(table).selectAll().orderBy('id').execute();
    return new Map(rows.map((row) => [row.id, factsOfRow(sheet, row)]));
  };
  return {
    revision,
    regions: await loadRegions(db),
    objects: {
      institutions: await objects('institutions', 'institution'),
      buildings: await objects('buildings', 'building'),
      zones: await objects('zones', 'zone'),
      collectors: await objects('collectors', 'collector'),
      meters: await objects('meters', 'meter'),
    },
    figures: await readFigures(db),
    multipliers: await readMultipliers(db),
    shares: await readShares(db),
    events: await readEvents(db),
    quotas: await readQuotas(db),
    readers: new Set((await db.selectFrom('mqtt_reader').select('id').execute()).map(({ id }) => id)),
    virtualMeters: new Set((await db.selectFrom('virtual_meter').select('id').execute()).map(({ id }) => id)),
  };
}

async function readFigures(db: Kysely<Database>): Promise<RegistryState['figures']> {
  const figures: RegistryState['figures'] = new Map();
  const rows = await db
    .selectFrom('institution_attribute')
    .selectAll()
    .orderBy('institution_id')
    .orderBy('valid_from')
    .execute();
  for (const { institution_id, name, value, valid_from, valid_to } of rows) {
    const own = entry(figures, institution_id, (): Figures => ({}));
    (own[name as AttributeName] ??= []).push({ from: valid_from, to: valid_to, value });
  }
  return figures;
}

async function readMultipliers(db: Kysely<Database>): Promise<RegistryState['multipliers']> {
  const multipliers: RegistryState['multipliers'] = new Map();
  const rows = await db.selectFrom('meter_multiplier').selectAll().orderBy('meter_id').orderBy('valid_from').execute();
  for (const { meter_id, multiplier, valid_from, valid_to } of rows) {
    entry(multipliers, meter_id, () => []).push({ from: valid_from, to: valid_to, value: multiplier });
  }
  return multipliers;
}

async function readShares(db: Kysely<Database>): Promise<RegistryState['shares']> {
  const shares: RegistryState['shares'] = new Map();
  const rows = await db
    .selectFrom('meter_share')
    .selectAll()
    .orderBy('meter_id')
    .orderBy('valid_from')
    .orderBy('ordinal')
    .execute();
  for (const row of rows) {
    const periods = entry(shares, row.meter_id, () => []);
    let last = periods.at(-1);
    if (last?.from !== row.valid_from) periods.push((last = { from: row.valid_from, to: row.valid_to, value: [] }));
    const { institution_id: institutionId, zone_id: zoneId, sub_item: subItem, share } = row;
    last.value.push({ institutionId, zoneId, subItem, share });
  }
  return shares;
}

async function readEvents(db: Kysely<Database>): Promise<RegistryState['events']> {
  const events: RegistryState['events'] = new Map();
  const rows = await db.selectFrom('meter_event').selectAll().orderBy('at').orderBy('id').execute();
  for (const row of rows) {
    const { multiplier, ...after } = JSON.parse(row.device_after ?? '{}') as MeterEvent['after'] & {
      multiplier?: number;
    };
    entry(events, row.meter_id, () => []).push({
      id: row.id,
      kind: row.kind as MeterEvent['kind'],
      atMs: row.at,
      closingRegister: row.closing_register,
      openingRegister: row.opening_register,
      note: row.note,
      createdAtMs: row.created_at,
      before: JSON.parse(row.device_before ?? '{}') as MeterEvent['before'],
      after,
      multiplier,
    });
  }
  return events;
}

async function readQuotas(db: Kysely<Database>): Promise<RegistryState['quotas']> {
  const rows = await db.selectFrom('quota').selectAll().orderBy('institution_id').orderBy('year').execute();
  return new Map(
    rows.map(({ institution_id, year, medium, annual_limit, month_limits }) => [
      quotaKey(institution_id, year, medium),
      { annualLimit: annual_limit, monthLimits: JSON.parse(month_limits) as number[] },
    ]),
  );
}

function entry<T>(map: Map<string, T>, key: string, make: () => T): T {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
