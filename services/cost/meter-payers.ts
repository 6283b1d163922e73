import type { Kysely } from 'kysely';

import { startOfDate } from '../../domain/start-of-date.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';

/** An institution by whose tariff a meter is costed over [fromMs, toMs). */
export interface Payer {
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
    .select(['institution_id', 'valid_from', 'valid_to', 'share'])
    .where('meter_id', '=', meter)
    .orderBy('valid_from')
    .orderBy('share', 'desc')
    .orderBy('ordinal')
    .execute();
  const payers: Payer[] = [];
  let lastDay: string | undefined;
  for (const { institution_id: institution, valid_from, valid_to } of rows) {
    if (valid_from === lastDay) continue;
    lastDay = valid_from;
    const fromMs = Math.max(range.fromMs, startOfDate(valid_from, zone));
    const toMs = Math.min(range.toMs, valid_to === null ? range.toMs : startOfDate(valid_to, zone));
    if (fromMs >= toMs) continue;
    const previous = payers.at(-1);
    if (previous?.institution === institution && previous.toMs === fromMs) previous.toMs = toMs;
    else payers.push({ institution, fromMs, toMs });
  }
  return payers;
}
