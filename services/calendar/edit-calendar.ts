import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import { inParts } from '../../domain/in-parts.ts';
import type { CalendarDay, WorkCalendarSettings } from '../../domain/work-calendar.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';
import { inTransaction } from '../registry/in-transaction.ts';
import { parseCalendarSettings } from './calendar-settings.ts';
import { CITY } from './load-calendars.ts';

/** A day as it is entered. */
export interface DatedCalendarDay extends CalendarDay {
  date: string;
}

const ROWS = 200;

/** The settings of an institution (or the city), by rising day. */
export async function calendarVersions(
  db: Kysely<Database>,
  institutionId: string,
): Promise<{ validFrom: string; settings: WorkCalendarSettings }[]> {
  const rows = await db
    .selectFrom('calendar')
    .select(['valid_from', 'settings'])
    .where('institution_id', '=', institutionId)
    .orderBy('valid_from')
    .execute();
  return rows.flatMap(({ valid_from, settings }) => {
    const parsed = parseCalendarSettings(settings);
    return parsed.ok ? [{ validFrom: valid_from, settings: parsed.settings }] : [];
  });
}

/** Enters or corrects the settings that hold from a day on. */
export async function putCalendarSettings(
  db: Kysely<Database>,
  { institutionId, validFrom }: { institutionId: string; validFrom: string },
  settings: WorkCalendarSettings,
  change: Change,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const before = await storedSettings(trx, institutionId, validFrom);
    const text = JSON.stringify(settings);
    await trx
      .insertInto('calendar')
      .values({ institution_id: institutionId, valid_from: validFrom, settings: text })
      .onConflict((conflict) => conflict.columns(['institution_id', 'valid_from']).doUpdateSet({ settings: text }))
      .execute();
    await writeAudit(trx, change, {
      action: before === undefined ? 'create' : 'change',
      object: `calendar/${objectOf(institutionId)}/${validFrom}`,
      before,
      after: settings,
    });
  });
}

/** Takes settings back: those before go on. Fails with `not-found`. */
export async function deleteCalendarSettings(
  db: Kysely<Database>,
  { institutionId, validFrom }: { institutionId: string; validFrom: string },
  change: Change,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const before = await storedSettings(trx, institutionId, validFrom);
    if (before === undefined) {
      throw new PlatformError('not-found', `No working hours are entered from ${validFrom} on`);
    }
    await trx
      .deleteFrom('calendar')
      .where('institution_id', '=', institutionId)
      .where('valid_from', '=', validFrom)
      .execute();
    const object = `calendar/${objectOf(institutionId)}/${validFrom}`;
    await writeAudit(trx, change, { action: 'delete', object, before });
  });
}

/** Enters or corrects single days, of the city or of one institution. */
export async function putCalendarDays(
  db: Kysely<Database>,
  institutionId: string,
  days: readonly DatedCalendarDay[],
  change: Change,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const before = await storedDays(
      trx,
      institutionId,
      days.map(({ date }) => date),
    );
    for (const part of inParts(days, ROWS)) {
      await trx
        .insertInto('calendar_day')
        .values(part.map(({ date, kind, name }) => ({ institution_id: institutionId, date, kind, name })))
        .onConflict((conflict) =>
          conflict
            .columns(['institution_id', 'date'])
            .doUpdateSet((eb) => ({ kind: eb.ref('excluded.kind'), name: eb.ref('excluded.name') })),
        )
        .execute();
    }
    const object = `calendar-days/${objectOf(institutionId)}`;
    await writeAudit(trx, change, { action: 'change', object, before, after: days });
  });
}

/** Takes a day back: what is published holds again. Fails with `not-found`. */
export async function deleteCalendarDay(
  db: Kysely<Database>,
  institutionId: string,
  date: string,
  change: Change,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const before = await storedDays(trx, institutionId, [date]);
    if (before.length === 0) throw new PlatformError('not-found', `No day of its own is entered on ${date}`);
    await trx.deleteFrom('calendar_day').where('institution_id', '=', institutionId).where('date', '=', date).execute();
    const object = `calendar-days/${objectOf(institutionId)}`;
    await writeAudit(trx, change, { action: 'delete', object, before });
  });
}

async function storedSettings(db: Kysely<Database>, institutionId: string, validFrom: string): Promise<unknown> {
  const row = await db
    .selectFrom('calendar')
    .select('settings')
    .where('institution_id', '=', institutionId)
    .where('valid_from', '=', validFrom)
    .executeTakeFirst();
  return row === undefined ? undefined : (JSON.parse(row.settings) as unknown);
}

async function storedDays(
  db: Kysely<Database>,
  institutionId: string,
  dates: readonly string[],
): Promise<DatedCalendarDay[]> {
  const found: DatedCalendarDay[] = [];
  for (const part of inParts(dates, ROWS)) {
    const rows = await db
      .selectFrom('calendar_day')
      .select(['date', 'kind', 'name'])
      .where('institution_id', '=', institutionId)
      .where('date', 'in', part)
      .orderBy('date')
      .execute();
    found.push(...rows.map(({ date, kind, name }) => ({ date, kind: kind as CalendarDay['kind'], name })));
  }
  return found;
}

function objectOf(institutionId: string): string {
  return institutionId === CITY ? 'city' : institutionId;
}
