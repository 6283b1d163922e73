import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { Share } from '../api/schemas/meter.ts';
import type { Period } from './dated-periods.ts';
import { problemOfShares } from './meter-problem.ts';

/** The shares of a meter over time, with what they depend on. */
export interface SharesCheck {
  medium: string;
  /** The first day on which the meter is no more. */
  endedOn: string | null;
  periods: readonly Period<Share[]>[];
  /** What the institution's field is called where it was given. */
  field: 'institutionId' | 'shares';
}

/**
 * Throws `bad-request`, naming field and remedy, where shares do not sum to 1, their sub-items do not fit the medium, or
 * an institution or zone of theirs is not there, or no more, on a day on which they hold.
 */
export async function checkShares(
  db: Kysely<Database>,
  { medium, endedOn, periods, field }: SharesCheck,
): Promise<void> {
  for (const { value } of periods) {
    const problem = problemOfShares(medium, value);
    if (problem !== undefined) throw new PlatformError('bad-request', problem);
  }
  const all = periods.flatMap(({ to, value }) => value.map((share) => ({ ...share, to: earlier(to, endedOn) })));
  const institutions = await institutionEnds(db, all);
  const zones = await institutionsOfZones(db, all);
  for (const { institutionId, zoneId, to } of all) {
    const end = institutions.get(institutionId);
    if (end === undefined) {
      throw new PlatformError('bad-request', `${field}: there is no institution ${institutionId}; enter it first`);
    }
    if (end !== null && (to === null || to > end)) {
      throw new PlatformError(
        'bad-request',
        `${field}: ${institutionId} ended on ${end} and cannot have a share from then on; move the meter to another institution by that day`,
      );
    }
    if (zoneId === null) continue;
    const owner = zones.get(zoneId);
    if (owner === undefined) {
      throw new PlatformError('bad-request', `zoneId: there is no zone ${zoneId}; enter it first`);
    }
    if (owner !== institutionId) {
      throw new PlatformError('bad-request', `zoneId: the zone ${zoneId} belongs to ${owner}, not to ${institutionId}`);
    }
  }
}

function earlier(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

async function institutionEnds(
  db: Kysely<Database>,
  shares: readonly { institutionId: string }[],
): Promise<Map<string, string | null>> {
  const ids = [...new Set(shares.map(({ institutionId }) => institutionId))];
  const rows = await db.selectFrom('institution').select(['id', 'ended_on']).where('id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, row.ended_on]));
}

async function institutionsOfZones(
  db: Kysely<Database>,
  shares: readonly { zoneId: string | null }[],
): Promise<Map<string, string>> {
  const ids = [...new Set(shares.flatMap(({ zoneId }) => zoneId ?? []))];
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('zone').select(['id', 'institution_id']).where('id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, row.institution_id]));
}
