import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import { fromMicro } from '../../domain/micro.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { StandbyDay } from '../api/schemas/institution.ts';
import { loadCalendars } from '../calendar/load-calendars.ts';
import { gridFloor } from '../usage/periods.ts';
import type { UsageReader } from '../usage/usage-reader.ts';
import { valueAt } from './dated-value.ts';
import { baselineKw, withWorkingHour, type BaselineDay } from './off-hours/baseline.ts';
import { isExempt, offHoursLimitKw } from './off-hours/limit.ts';
import { parseRuleSettings, type OffHoursSettings } from './settings.ts';

const HOUR_MS = 3_600_000;
/** Enough days before the first one shown to hold four weeks of working days, Spring Festival included. */
const LEAD_DAYS = 50;

interface StandbyDaysDeps {
  db: Kysely<Database>;
  usage: UsageReader;
  zone: Zone;
  now: () => number;
}

/**
 * Local days in [fromMs, toMs) with their electricity inside and outside working hours, exempt sub-items left out, and
 * the limit at the day's end that off-hours load is held against (Art. 20(1)). Sums cover the hours that are wholly
 * known, and say how many are not; null where none is. Days that have not begun are left out. Throws PlatformError
 * `not-found` and `config-invalid`.
 */
export async function standbyDays(
  { db, usage, zone, now }: StandbyDaysDeps,
  institutionId: string,
  fromMs: number,
  toMs: number,
): Promise<StandbyDay[]> {
  const institution = await db
    .selectFrom('institution')
    .select(['type', 'rule_settings'])
    .where('id', '=', institutionId)
    .executeTakeFirst();
  if (institution === undefined) throw new PlatformError('not-found', `No institution ${institutionId}`);
  const parsed = parseRuleSettings(institution.rule_settings, institution.type);
  if (!parsed.ok) throw new PlatformError('config-invalid', parsed.reason);
  const { offHours } = parsed.settings;
  const areas = await db
    .selectFrom('institution_attribute')
    .select(['value', 'valid_from', 'valid_to'])
    .where('institution_id', '=', institutionId)
    .where('name', '=', 'areaM2')
    .execute();

  const found = (await loadCalendars(db, zone, institutionId))(institutionId, institution.type);
  if (!found.ok) throw new PlatformError('config-invalid', found.reason);
  const { calendar } = found;
  const firstDay = zone.dayStart(fromMs);
  const leadFrom = zone.dayStart(firstDay - LEAD_DAYS * 24 * HOUR_MS);
  const untilMs = Math.min(toMs, gridFloor(zone, now(), HOUR_MS));
  const powerKw =
    untilMs > leadFrom
      ? await hourlyPower(usage, offHours, institutionId, leadFrom, untilMs)
      : new Map<number, number>();

  const days: StandbyDay[] = [];
  let baseline: BaselineDay[] = [];
  for (let dayStart = leadFrom; dayStart < toMs && dayStart <= now(); dayStart = zone.nextDay(dayStart)) {
    const date = zone.date(dayStart);
    const working = { kwh: 0, hours: 0 };
    const off = { kwh: 0, hours: 0 };
    let missingHours = 0;
    for (let hour = dayStart; hour < zone.nextDay(dayStart); hour += HOUR_MS) {
      const kw = powerKw.get(hour);
      if (kw === undefined) {
        if (hour < untilMs) missingHours += 1;
        continue;
      }
      const isWorking = calendar.isWorkingHour(hour);
      if (isWorking) baseline = withWorkingHour(baseline, date, kw);
      const part = isWorking ? working : off;
      part.kwh += kw;
      part.hours += 1;
    }
    if (dayStart < firstDay) continue;
    const workday = calendar.isWorkday(date);
    days.push({
      date,
      workday,
      workingHours: workday ? [...calendar.windowsOn(date)] : [],
      workingKwh: working.hours === 0 ? null : working.kwh,
      offHoursKwh: off.hours === 0 ? null : off.kwh,
      missingHours,
      offHoursMeanKw: off.hours === 0 ? null : off.kwh / off.hours,
      limitKw: offHoursLimitKw(offHours, valueAt(areas, zone, dayStart), baselineKw(baseline)),
    });
  }
  return days;
}

async function hourlyPower(
  usage: UsageReader,
  settings: OffHoursSettings,
  institutionId: string,
  fromMs: number,
  toMs: number,
): Promise<Map<number, number>> {
  const rows = await usage.institutionUsage([institutionId], fromMs, toMs, '1h', 'electricity');
  const powerKw = new Map<number, number>();
  const incomplete = new Set<number>();
  for (const row of rows) {
    if (isExempt(settings, row.subItem)) continue;
    if (row.micro === null || row.quality.missing > 0) incomplete.add(row.startMs);
    else powerKw.set(row.startMs, (powerKw.get(row.startMs) ?? 0) + fromMicro(row.micro));
  }
  for (const startMs of incomplete) powerKw.delete(startMs);
  return powerKw;
}
