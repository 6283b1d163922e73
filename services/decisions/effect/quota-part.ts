import type { Kysely } from 'kysely';

import { fromMicro } from '../../../domain/micro.ts';
import { CANONICAL_UNIT, type UsageMedium } from '../../../domain/quantity.ts';
import type { Zone } from '../../../domain/zone.ts';
import type { Database } from '../../../storage/relational/schema.ts';
import type { Effect } from '../../api/schemas/decision.ts';
import { parseRuleSettings, type QuotaSettings } from '../../rules/settings.ts';
import type { ReadSeries } from './changed-series.ts';
import { type Compared, touchedMonths } from './institution-part.ts';

type Tier = Effect['quotas'][number]['tierBefore'];

/** Use against the quotas of the institutions and years that change, with the tier that each falls into. */
export async function quotaPart(
  db: Kysely<Database>,
  compared: Compared,
  zone: Zone,
  institutions: readonly string[],
): Promise<Effect['quotas']> {
  const years = [...new Set([...touchedMonths(compared.changes, zone)].map((ms) => zone.local(ms).year))];
  const media = [...new Set([...compared.changes.values()].map(({ before, after }) => (after ?? before)!.medium))];
  if (years.length === 0 || institutions.length === 0) return [];
  const rows = await db
    .selectFrom('quota')
    .innerJoin('institution', 'institution.id', 'quota.institution_id')
    .select(['institution_id', 'institution.name', 'institution.type', 'institution.rule_settings'])
    .select(['medium', 'year', 'annual_limit'])
    .where('institution_id', 'in', [...institutions])
    .where('year', 'in', years)
    .where('medium', 'in', media)
    .orderBy('institution_id')
    .orderBy('year')
    .orderBy('medium')
    .execute();
  const quotas: Effect['quotas'] = [];
  for (const row of rows) {
    const medium = row.medium as UsageMedium;
    const used = (series: ReadSeries): Promise<number | null> =>
      usedIn(series, zone, row.institution_id, medium, row.year);
    const [before, after] = [await used(compared.before), await used(compared.after)];
    if (before === after) continue;
    const parsed = parseRuleSettings(row.rule_settings, row.type);
    // Settings that do not parse stop the rules as well; the defaults then say which tier it would be.
    const settings = parsed.ok ? parsed.settings.quota : DEFAULT_TIERS;
    const ratioOf = (amount: number | null): number | null => (amount === null ? null : amount / row.annual_limit);
    quotas.push({
      institutionId: row.institution_id,
      institutionName: row.name,
      medium,
      year: row.year,
      unit: CANONICAL_UNIT[medium],
      annualLimit: row.annual_limit,
      before,
      after,
      ratioBefore: ratioOf(before),
      ratioAfter: ratioOf(after),
      tierBefore: tierOf(ratioOf(before), settings),
      tierAfter: tierOf(ratioOf(after), settings),
    });
  }
  return quotas;
}

const DEFAULT_TIERS = { warningRatio: 0.8, breachRatio: 1 };

function tierOf(ratio: number | null, settings: Pick<QuotaSettings, 'warningRatio' | 'breachRatio'>): Tier {
  if (ratio === null) return null;
  if (ratio >= settings.breachRatio) return 'breach';
  return ratio >= settings.warningRatio ? 'warning' : 'within';
}

async function usedIn(
  series: ReadSeries,
  zone: Zone,
  institution: string,
  medium: UsageMedium,
  year: number,
): Promise<number | null> {
  const [fromMs, toMs] = [zone.at(year, 1, 1), zone.at(year + 1, 1, 1)];
  const rows = await series.institutionUsage('month', [institution], fromMs, toMs, medium);
  const known = rows.filter(({ measuredMs, estimatedMs, manualMs }) => measuredMs + estimatedMs + manualMs > 0);
  return known.length === 0 ? null : fromMicro(known.reduce((sum, { micro }) => sum + micro, 0n));
}
