import type { Kysely, Selectable } from 'kysely';

import type { DecisionKind } from '../../domain/decision.ts';
import type { UsageMedium } from '../../domain/quantity.ts';
import type { Database, DecisionTable, MeterEventTable } from '../../storage/relational/schema.ts';
import type { AppliedDecision, RegisterEvent, UsageMeter } from '../usage/meter-config.ts';
import { within, type IdRange } from './id-range.ts';
import type { Device } from './meter-history.ts';
import { virtualUsageMeters } from './virtual-usage-meters.ts';

/**
 * All meters whose registers become usage, and virtual meters, by id; temperature points are none. What is given to outside or made on the
 * roof is no consumption: such a meter has its own usage, and counts for no institution. `range` narrows to some ids.
 */
export async function usageMeters(db: Kysely<Database>, range: IdRange = {}): Promise<UsageMeter[]> {
  const meters = await within(db.selectFrom('meter'), 'meter.id', range)
    .select(['id', 'medium', 'register_unit', 'register_modulus', 'rated_maximum', 'expected_interval_s'])
    .select(['parent_id', 'direction'])
    .where('medium', '!=', 'temperature')
    .orderBy('id')
    .execute();
  const byId = new Map<string, UsageMeter>();
  for (const meter of meters) {
    byId.set(meter.id, {
      id: meter.id,
      medium: meter.medium as UsageMedium,
      registerUnit: meter.register_unit,
      registerModulus: meter.register_modulus,
      ratedMaximum: meter.rated_maximum,
      expectedIntervalS: meter.expected_interval_s,
      parentId: meter.parent_id,
      multipliers: [],
      shares: [],
    });
  }
  const multipliers = within(db.selectFrom('meter_multiplier'), 'meter_multiplier.meter_id', range)
    .selectAll()
    .orderBy('valid_from');
  for (const row of await multipliers.execute()) {
    byId
      .get(row.meter_id)
      ?.multipliers.push({ multiplier: row.multiplier, validFrom: row.valid_from, validTo: row.valid_to });
  }
  const consuming = new Set(meters.filter(({ direction }) => direction === 'import').map(({ id }) => id));
  const shares = await within(db.selectFrom('meter_share'), 'meter_share.meter_id', range)
    .leftJoin('zone', 'zone.id', 'meter_share.zone_id')
    .select(['meter_share.meter_id', 'meter_share.institution_id', 'sub_item', 'share', 'valid_from', 'valid_to'])
    .select('zone.kind as zone_kind')
    .orderBy('valid_from')
    .orderBy('ordinal')
    .execute();
  for (const row of shares) {
    if (!consuming.has(row.meter_id)) continue;
    byId.get(row.meter_id)?.shares.push({
      institutionId: row.institution_id,
      subItem: row.sub_item,
      share: row.share,
      validFrom: row.valid_from,
      validTo: row.valid_to,
      ...(row.zone_kind === 'residential' ? { housing: true } : {}),
    });
  }
  const events = within(db.selectFrom('meter_event'), 'meter_event.meter_id', range).selectAll().orderBy('at');
  for (const row of await events.execute()) {
    const meter = byId.get(row.meter_id);
    if (meter !== undefined) (meter.events ??= []).push(eventOf(row));
  }
  await addCorrections(db, byId, range);
  const virtual = await virtualUsageMeters(db, range);
  if (virtual.length === 0) return [...byId.values()];
  return [...byId.values(), ...virtual].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** What people said of the registers: approved decisions, and readings of their own that they did not take back. */
async function addCorrections(
  db: Kysely<Database>,
  byId: ReadonlyMap<string, UsageMeter>,
  range: IdRange,
): Promise<void> {
  const decisions = within(db.selectFrom('decision'), 'decision.meter_id', range)
    .selectAll()
    .where('state', '=', 'approved')
    .orderBy('from_ms')
    .orderBy('id');
  for (const row of await decisions.execute()) {
    const meter = byId.get(row.meter_id);
    if (meter !== undefined) (meter.decisions ??= []).push(appliedDecision(row));
  }
  const readings = within(db.selectFrom('manual_reading'), 'manual_reading.meter_id', range)
    .select(['id', 'meter_id', 'at', 'register'])
    .where('withdrawn_at', 'is', null)
    .orderBy('at')
    .orderBy('id');
  for (const { id, meter_id, at, register } of await readings.execute()) {
    const meter = byId.get(meter_id);
    if (meter !== undefined) (meter.manual ??= []).push({ id, atMs: at, register });
  }
}

/** A decision as the accounting applies it, whether it is approved or only looked at. */
export function appliedDecision(row: AppliedColumns): AppliedDecision {
  return {
    id: row.id,
    kind: row.kind as DecisionKind,
    fromMs: row.from_ms,
    toMs: row.to_ms,
    register: row.register,
    closingRegister: row.closing_register,
    openingRegister: row.opening_register,
    multiplier: row.multiplier,
  };
}

type AppliedColumns = Pick<
  Selectable<DecisionTable>,
  'id' | 'kind' | 'from_ms' | 'to_ms' | 'register' | 'closing_register' | 'opening_register' | 'multiplier'
>;

function eventOf(row: Selectable<MeterEventTable>): RegisterEvent {
  const before = JSON.parse(row.device_before ?? '{}') as Device;
  return {
    kind: row.kind as RegisterEvent['kind'],
    atMs: row.at,
    closingRegister: row.closing_register,
    openingRegister: row.opening_register,
    ...(before.register_modulus === undefined ? {} : { registerModulusBefore: before.register_modulus }),
    ...(before.rated_maximum === undefined ? {} : { ratedMaximumBefore: before.rated_maximum }),
  };
}
