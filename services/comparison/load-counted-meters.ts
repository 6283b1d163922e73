import type { Kysely } from 'kysely';

import type { UsageMedium } from '../../domain/quantity.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { dateOfDay, dayNumber } from './civil-day.ts';
import type { CountedMeter } from './meter-terms.ts';

/**
 * The meters that the use of a medium by an institution is made of: those that count for it and those below them. What
 * is given to outside, made on the roof, or used in its housing (Art. 12) counts nothing for it.
 */
export async function loadCountedMeters(
  db: Kysely<Database>,
  zone: Zone,
  institutionId: string,
  medium: UsageMedium,
): Promise<CountedMeter[]> {
  const ofInstitution = db
    .selectFrom('meter_share')
    .where('meter_share.institution_id', '=', institutionId)
    .select('meter_share.meter_id');
  const rows = await db
    .selectFrom('meter')
    .where('meter.medium', '=', medium)
    .where((eb) => eb.or([eb('meter.id', 'in', ofInstitution), eb('meter.parent_id', 'in', ofInstitution)]))
    .select(['meter.id', 'meter.parent_id', 'meter.direction', 'meter.ended_on'])
    .orderBy('meter.id')
    .execute();
  const meters = new Map<string, CountedMeter>();
  const consuming = new Set<string>();
  for (const { id, parent_id, direction, ended_on } of rows) {
    meters.set(id, { id, parentId: parent_id, existsFrom: null, existsTo: ended_on, shares: [] });
    if (direction === 'import') consuming.add(id);
  }
  const ids = [...meters.keys()];
  if (ids.length === 0) return [];

  const shares = await db
    .selectFrom('meter_share')
    .leftJoin('zone', 'zone.id', 'meter_share.zone_id')
    .where('meter_share.institution_id', '=', institutionId)
    .where('meter_share.meter_id', 'in', ids)
    .where((eb) => eb.or([eb('zone.kind', 'is', null), eb('zone.kind', '!=', 'residential')]))
    .select(['meter_share.meter_id', 'meter_share.sub_item', 'meter_share.share'])
    .select(['meter_share.valid_from', 'meter_share.valid_to'])
    .execute();
  for (const { meter_id, sub_item, share, valid_from, valid_to } of shares) {
    if (!consuming.has(meter_id)) continue;
    meters.get(meter_id)?.shares.push({ subItem: sub_item ?? '', share, validFrom: valid_from, validTo: valid_to });
  }

  const events = await db
    .selectFrom('meter_event')
    .where('meter_id', 'in', ids)
    .where('kind', 'in', ['installation', 'removal'])
    .select(['meter_id', 'kind', 'at'])
    .execute();
  for (const { meter_id, kind, at } of events) {
    const meter = meters.get(meter_id);
    if (meter === undefined) continue;
    const date = zone.date(at);
    if (kind === 'installation') meter.existsFrom = date;
    else meter.existsTo ??= dateOfDay(dayNumber(date) + 1);
  }
  return [...meters.values()];
}
