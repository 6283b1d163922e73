import { setImmediate } from 'node:timers/promises';

import type { Kysely } from 'kysely';

import { CANONICAL_UNIT, type UsageMedium } from '../../domain/quantity.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { scopedInstitutions } from '../registry/scoped-institutions.ts';
import type { Scope } from '../scope.ts';

/** Shares read at once, so that no statement holds the thread for long. */
const SHARES_OF_A_PAGE = 2000;

/** Days of the configured zone, `YYYY-MM-DD`, both included. */
export interface Days {
  first: string;
  last: string;
}

/** A meter that an institution in scope has, or had, a share of. */
export interface MeterInScope {
  name: string;
  medium: UsageMedium;
  unit: string;
  /** True where it had one on that date. */
  isOn(date: string): boolean;
}

/**
 * The meters that an institution in scope had a share of on one of the days: what a figure of theirs was made of may be
 * seen by who sees the figure, also when the meter has moved since. Temperature points have no share in a figure.
 */
export async function metersInScope(
  db: Kysely<Database>,
  scope: Scope,
  days: Days,
  narrow: { meters?: readonly string[] | undefined; institution?: string | undefined } = {},
): Promise<Map<string, MeterInScope>> {
  const found = new Map<string, MeterInScope & { periods: [string, string | null][] }>();
  if (narrow.meters?.length === 0) return found;
  for (let after: ShareKey | undefined; ;) {
    const rows = await sharesBehind(db, scope, days, narrow, after);
    for (const { id, name, medium, valid_from, valid_to } of rows) {
      let meter = found.get(id);
      if (meter === undefined) {
        const periods: [string, string | null][] = [];
        const isOn = (date: string): boolean =>
          periods.some(([from, to]) => from <= date && (to === null || date < to));
        const unit = CANONICAL_UNIT[medium as UsageMedium];
        found.set(id, (meter = { name, medium: medium as UsageMedium, unit, isOn, periods }));
      }
      meter.periods.push([valid_from, valid_to]);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < SHARES_OF_A_PAGE) return found;
    after = [last.id, last.valid_from, last.ordinal];
    await setImmediate();
  }
}

type ShareKey = [meter: string, validFrom: string, ordinal: number];

function sharesBehind(
  db: Kysely<Database>,
  scope: Scope,
  { first, last }: Days,
  { meters, institution }: { meters?: readonly string[] | undefined; institution?: string | undefined },
  after: ShareKey | undefined,
): Promise<
  { id: string; name: string; medium: string; valid_from: string; valid_to: string | null; ordinal: number }[]
> {
  let query = scopedInstitutions(db, scope)
    .innerJoin('meter_share', 'meter_share.institution_id', 'institution.id')
    .innerJoin('meter', 'meter.id', 'meter_share.meter_id')
    .where('meter.medium', '!=', 'temperature')
    .where('meter_share.valid_from', '<=', last)
    .where((eb) => eb.or([eb('meter_share.valid_to', 'is', null), eb('meter_share.valid_to', '>', first)]))
    .select(['meter.id', 'meter.name', 'meter.medium', 'meter_share.valid_from', 'meter_share.valid_to'])
    .select('meter_share.ordinal')
    .orderBy('meter.id')
    .orderBy('meter_share.valid_from')
    .orderBy('meter_share.ordinal')
    .limit(SHARES_OF_A_PAGE);
  if (meters !== undefined) query = query.where('meter.id', 'in', meters);
  if (institution !== undefined) query = query.where('institution.id', '=', institution);
  if (after !== undefined) {
    const [id, from, ordinal] = after;
    query = query.where((eb) =>
      eb.or([
        eb('meter.id', '>', id),
        eb.and([eb('meter.id', '=', id), eb('meter_share.valid_from', '>', from)]),
        eb.and([
          eb('meter.id', '=', id),
          eb('meter_share.valid_from', '=', from),
          eb('meter_share.ordinal', '>', ordinal),
        ]),
      ]),
    );
  }
  return query.execute();
}
