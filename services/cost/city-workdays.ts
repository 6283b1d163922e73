import type { Kysely } from 'kysely';

import {
  DEFAULT_WORK_CALENDAR,
  workCalendarOf,
  type CalendarDay,
  type WorkCalendar,
} from '../../domain/work-calendar.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { CITY } from './tariff-book.ts';

/**
 * The working days that tariffs go by: the published ones and what was entered for the whole city, whatever terms or
 * opening days an institution has.
 */
export async function cityWorkdays(db: Kysely<Database>, zone: Zone): Promise<WorkCalendar> {
  const rows = await db.selectFrom('calendar_day').selectAll().where('institution_id', '=', CITY).execute();
  const cityDays = new Map<string, CalendarDay>(
    rows.map(({ date, kind, name }) => [date, { kind: kind === 'work' ? 'work' : 'rest', name }]),
  );
  const versions = [{ validFrom: '', settings: DEFAULT_WORK_CALENDAR }];
  return workCalendarOf(zone, { versions, cityDays, ownDays: new Map() });
}
