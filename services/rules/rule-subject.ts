import type { Kysely } from 'kysely';

import type { DatedCoefficientSet } from '../../domain/coefficient.ts';
import type { UsageMedium } from '../../domain/quantity.ts';
import type { WorkCalendar } from '../../domain/work-calendar.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { loadCalendars } from '../calendar/load-calendars.ts';
import { loadCoefficientSets } from '../cost/coefficient-sets.ts';
import type { DatedValue } from './dated-value.ts';
import type { QuotaLimit } from './quota/evaluate.ts';
import { parseRuleSettings, type RuleSettings } from './settings.ts';
import type { TemperaturePoint } from './thermostat/evaluate.ts';

/** Everything in the registry that the rules of one institution depend on. */
export interface RuleSubject {
  institution: string;
  settings: RuleSettings;
  calendar: WorkCalendar;
  areaM2: DatedValue[];
  limits: QuotaLimit[];
  /** The sets that were entered, by rising day. */
  coefficients: readonly DatedCoefficientSet[];
  points: TemperaturePoint[];
  /** Meters whose supply temperature tells whether heating runs. */
  heatMeters: string[];
}

/** An institution whose rules cannot run, and why. */
export interface SkippedInstitution {
  institution: string;
  reason: string;
}

/** Reads the rules' side of the registry for the given institutions (all where left out), by id. */
export async function loadRuleSubjects(
  db: Kysely<Database>,
  zone: Zone,
  institutions?: readonly string[],
): Promise<{ subjects: RuleSubject[]; skipped: SkippedInstitution[] }> {
  let query = db.selectFrom('institution').select(['id', 'type', 'rule_settings']).orderBy('id');
  if (institutions !== undefined) query = query.where('id', 'in', [...institutions]);
  const rows = institutions?.length === 0 ? [] : await query.execute();
  const [areas, limits, coefficients, meters] = await Promise.all([
    loadAreas(db),
    loadLimits(db),
    loadCoefficientSets(db),
    loadMeters(db),
  ]);

  const calendarOf = await loadCalendars(db, zone);
  const subjects: RuleSubject[] = [];
  const skipped: SkippedInstitution[] = [];
  for (const { id, type, rule_settings } of rows) {
    const parsed = parseRuleSettings(rule_settings, type);
    if (!parsed.ok) {
      skipped.push({ institution: id, reason: parsed.reason });
      continue;
    }
    const found = calendarOf(id, type);
    if (!found.ok) {
      skipped.push({ institution: id, reason: found.reason });
      continue;
    }
    const own = meters.get(id) ?? [];
    subjects.push({
      institution: id,
      settings: parsed.settings,
      calendar: found.calendar,
      areaM2: areas.get(id) ?? [],
      limits: limits.get(id) ?? [],
      coefficients,
      points: own
        .filter(({ medium }) => medium === 'temperature')
        .map((meter) => ({ id: meter.id, measures: meter.measures, zoneKind: meter.zone_kind })),
      heatMeters: own.filter(({ medium }) => medium === 'heat').map((meter) => meter.id),
    });
  }
  return { subjects, skipped };
}

async function loadAreas(db: Kysely<Database>): Promise<Map<string, DatedValue[]>> {
  const rows = await db
    .selectFrom('institution_attribute')
    .select(['institution_id', 'value', 'valid_from', 'valid_to'])
    .where('name', '=', 'areaM2')
    .orderBy('valid_from')
    .execute();
  return groupBy(rows, (row) => [
    row.institution_id,
    { value: row.value, valid_from: row.valid_from, valid_to: row.valid_to },
  ]);
}

async function loadLimits(db: Kysely<Database>): Promise<Map<string, QuotaLimit[]>> {
  const rows = await db.selectFrom('quota').selectAll().orderBy('medium').orderBy('year').execute();
  return groupBy(rows, (row) => [
    row.institution_id,
    {
      medium: row.medium as UsageMedium,
      year: row.year,
      annualLimit: row.annual_limit,
      monthLimits: JSON.parse(row.month_limits) as number[],
    },
  ]);
}

async function loadMeters(
  db: Kysely<Database>,
): Promise<Map<string, { id: string; medium: string; measures: string | null; zone_kind: string | null }[]>> {
  const rows = await db
    .selectFrom('meter')
    .innerJoin('meter_share', 'meter_share.meter_id', 'meter.id')
    .select(['meter_share.institution_id', 'meter.id', 'meter.medium', 'meter.measures', 'meter.zone_kind'])
    .distinct()
    .where('meter.medium', 'in', ['temperature', 'heat'])
    .orderBy('meter.id')
    .execute();
  return groupBy(rows, ({ institution_id, ...meter }) => [institution_id, meter]);
}

function groupBy<Row, Value>(rows: readonly Row[], split: (row: Row) => [string, Value]): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const row of rows) {
    const [key, value] = split(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
