import type { Kysely } from 'kysely';

import { premisesKey } from '../../domain/premises.ts';
import { startOfDate } from '../../domain/start-of-date.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';

/** The premises by whose tariff a meter is costed over [fromMs, toMs). */
export interface Payer {
  /** An institution's id, or the key of the housing beside it. */
  institution: string;
  fromMs: number;
  toMs: number;
}

/** Who pays for a meter within a range, by time: of those that share it, whoever has the largest part. */
export async function meterPayers(
  db: Kysely<Database>,
  zone: Zone,
  meter: string,
  range: { fromMs: number; toMs: number },
): Promise<Payer[]> {
  const rows = await db
    .selectFrom('meter_share')
    .leftJoin('zone', 'zone.id', 'meter_share.zone_id')
    .select(['meter_share.institution_id', 'valid_from', 'valid_to', 'zone.kind'])
    .where('meter_id', '=', meter)
    .orderBy('valid_from')
    .orderBy('share', 'desc')
    .orderBy('ordinal')
    .execute();
  const payers: Payer[] = [];
  let lastDay: string | undefined;
  for (const { institution_id, kind, valid_from, valid_to } of rows) {
    if (valid_from === lastDay) continue;
    lastDay = valid_from;
    const institution = premisesKey(institution_id, kind === 'residential');
    const fromMs = Math.max(range.fromMs, startOfDate(valid_from, zone));
    const toMs = Math.min(range.toMs, valid_to === null ? range.toMs : startOfDate(valid_to, zone));
    if (fromMs >= toMs) continue;
    const previous = payers.at(-1);
    if (previous?.institution === institution && previous.toMs === fromMs) previous.toMs = toMs;
    else payers.push({ institution, fromMs, toMs });
  }
  return payers;
}
