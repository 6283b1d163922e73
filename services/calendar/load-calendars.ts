import type { Kysely, Selectable } from 'kysely';

import {
  DEFAULT_WORK_CALENDAR,
  workCalendarOf,
  type CalendarDay,
  type WorkCalendar,
  type WorkCalendarSource,
} from '../../domain/work-calendar.ts';
import type { Zone } from '../../domain/zone.ts';
import type { CalendarDayTable, CalendarTable, Database } from '../../storage/relational/schema.ts';
import { parseCalendarSettings, settingsOfType } from './calendar-settings.ts';

/** The id under which the calendar of the whole city stands. */
export const CITY = '';

/** The calendar of an institution, or why there is none. */
export type FoundCalendar = { ok: true; calendar: WorkCalendar } | { ok: false; reason: string };

/** Gives the calendar of an institution of a type; those with the same share one and what it remembers. */
export type Calendars = (institutionId: string, type: string) => FoundCalendar;

type Version = WorkCalendarSource['versions'][number];

/** Reads what is entered; only of the given institution, where one is given, and of the city. */
export async function loadCalendars(db: Kysely<Database>, zone: Zone, institutionId?: string): Promise<Calendars> {
  let settings = db.selectFrom('calendar').selectAll().orderBy('valid_from');
  let days = db.selectFrom('calendar_day').selectAll().orderBy('date');
  if (institutionId !== undefined) {
    settings = settings.where('institution_id', 'in', [CITY, institutionId]);
    days = days.where('institution_id', 'in', [CITY, institutionId]);
  }
  const versionsOf = groupedVersions(await settings.execute());
  const daysOf = groupedDays(await days.execute());
  const made = new Map<string, WorkCalendar>();

  return (id, type) => {
    const city = versionsOf.get(CITY) ?? [];
    const own = versionsOf.get(id) ?? [];
    const broken = [...city, ...own].find((version) => 'reason' in version);
    if (broken !== undefined && 'reason' in broken) {
      return { ok: false, reason: `calendar from ${broken.validFrom || 'the beginning'}: ${broken.reason}` };
    }
    const source: WorkCalendarSource = {
      versions: layered(city as Version[], own as Version[], type),
      cityDays: daysOf.get(CITY) ?? new Map<string, CalendarDay>(),
      ownDays: daysOf.get(id) ?? new Map<string, CalendarDay>(),
    };
    const calendar = workCalendarOf(zone, source);
    const known = made.get(calendar.key) ?? calendar;
    made.set(known.key, known);
    return { ok: true, calendar: known };
  };
}

// The general settings hold until the institution's own begin.
function layered(city: readonly Version[], own: readonly Version[], type: string): Version[] {
  const ownFrom = own[0]?.validFrom;
  const general: Version[] = [{ validFrom: '', settings: DEFAULT_WORK_CALENDAR }, ...city]
    .filter(({ validFrom }) => ownFrom === undefined || validFrom < ownFrom)
    .map(({ validFrom, settings }) => ({ validFrom, settings: settingsOfType(settings, type) }));
  return [...general, ...own];
}

function groupedVersions(
  rows: readonly Selectable<CalendarTable>[],
): Map<string, (Version | { validFrom: string; reason: string })[]> {
  const groups = new Map<string, (Version | { validFrom: string; reason: string })[]>();
  for (const { institution_id, valid_from, settings } of rows) {
    const parsed = parseCalendarSettings(settings);
    const version = parsed.ok
      ? { validFrom: valid_from, settings: parsed.settings }
      : { validFrom: valid_from, reason: parsed.reason };
    const group = groups.get(institution_id);
    if (group === undefined) groups.set(institution_id, [version]);
    else group.push(version);
  }
  return groups;
}

function groupedDays(rows: readonly Selectable<CalendarDayTable>[]): Map<string, Map<string, CalendarDay>> {
  const groups = new Map<string, Map<string, CalendarDay>>();
  for (const { institution_id, date, kind, name } of rows) {
    let group = groups.get(institution_id);
    if (group === undefined) groups.set(institution_id, (group = new Map()));
    group.set(date, { kind: kind === 'work' ? 'work' : 'rest', name });
  }
  return groups;
}
