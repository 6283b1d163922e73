import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { FastifyRequest } from 'fastify';

import { PlatformError } from '../../domain/errors.ts';
import { daysOfYear } from '../calendar/calendar-year.ts';
import { calendarSettingsSchema } from '../calendar/calendar-settings.ts';
import {
  calendarVersions,
  deleteCalendarDay,
  deleteCalendarSettings,
  putCalendarDays,
  putCalendarSettings,
} from '../calendar/edit-calendar.ts';
import { CITY, loadCalendars } from '../calendar/load-calendars.ts';
import { getInstitution, requireInstitution } from '../registry/institutions.ts';
import { changeBy, requestScope } from './access.ts';
import { answers } from './answers.ts';
import type { ApiContext } from './context.ts';
import {
  calendarDateParams,
  calendarDaysSchema,
  calendarFromParams,
  calendarOwnerQuery,
  calendarYearSchema,
  type CalendarYear,
} from './schemas/calendar.ts';
import { yearSchema } from './schemas/common.ts';

/** Working days, hours, terms and seasons: of the city, and of institutions that differ from it. */
export function calendarRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { db, zone } = context;
  const thisYear = (): number => zone.local(context.now()).year;

  async function yearOf(request: FastifyRequest, institution: string | undefined, year: number): Promise<CalendarYear> {
    const owner = institution ?? CITY;
    const type =
      institution === undefined
        ? ''
        : (await getInstitution(db, requestScope(request), institution, zone.date(context.now()))).type;
    const found = (await loadCalendars(db, zone, owner))(owner, type);
    if (!found.ok) throw new PlatformError('config-invalid', found.reason);
    const versions = await calendarVersions(db, owner);
    return {
      institutionId: institution ?? null,
      year,
      covered: found.calendar.coveredYear(year),
      versions: versions.map(({ validFrom, settings }) => ({ validFrom, ...calendarSettingsSchema.parse(settings) })),
      days: daysOfYear(found.calendar, year),
    };
  }

  async function ownerOf(request: FastifyRequest, institution: string | undefined): Promise<string> {
    if (institution !== undefined) await requireInstitution(db, requestScope(request), institution);
    return institution ?? CITY;
  }

  return async (api) => {
    api.get(
      '/calendar',
      {
        schema: {
          tags: ['calendar'],
          summary: 'Every day of a year with whether it is worked and why, and the settings behind it',
          querystring: calendarOwnerQuery.extend({ year: yearSchema.optional() }),
          response: answers(calendarYearSchema),
        },
      },
      async (request) => yearOf(request, request.query.institution, request.query.year ?? thisYear()),
    );

    api.put(
      '/calendar/settings/:validFrom',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['calendar'],
          summary: 'Enter or correct the working hours, seasons and terms that hold from a day on',
          params: calendarFromParams,
          querystring: calendarOwnerQuery,
          body: calendarSettingsSchema,
          response: answers(calendarYearSchema),
        },
      },
      async (request) => {
        const { validFrom } = request.params;
        const institutionId = await ownerOf(request, request.query.institution);
        await putCalendarSettings(db, { institutionId, validFrom }, request.body, changeBy(request, context));
        await context.registryChanged();
        return yearOf(request, request.query.institution, Number(validFrom.slice(0, 4)));
      },
    );

    api.delete(
      '/calendar/settings/:validFrom',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['calendar'],
          summary: 'Take back settings: those before them go on',
          params: calendarFromParams,
          querystring: calendarOwnerQuery,
          response: answers(calendarYearSchema),
        },
      },
      async (request) => {
        const { validFrom } = request.params;
        const institutionId = await ownerOf(request, request.query.institution);
        await deleteCalendarSettings(db, { institutionId, validFrom }, changeBy(request, context));
        await context.registryChanged();
        return yearOf(request, request.query.institution, Number(validFrom.slice(0, 4)));
      },
    );

    api.post(
      '/calendar/days',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['calendar'],
          summary: 'Enter or correct days that are worked or rested against what is published',
          body: calendarDaysSchema,
          response: answers(calendarYearSchema),
        },
      },
      async (request) => {
        const { institutionId, days } = request.body;
        await putCalendarDays(db, await ownerOf(request, institutionId), days, changeBy(request, context));
        await context.registryChanged();
        return yearOf(request, institutionId, Number(days[0]!.date.slice(0, 4)));
      },
    );

    api.delete(
      '/calendar/days/:date',
      {
        config: { access: ['admin', 'bureau'] },
        schema: {
          tags: ['calendar'],
          summary: 'Take back a day: what is published holds again',
          params: calendarDateParams,
          querystring: calendarOwnerQuery,
          response: answers(calendarYearSchema),
        },
      },
      async (request) => {
        const { date } = request.params;
        const institutionId = await ownerOf(request, request.query.institution);
        await deleteCalendarDay(db, institutionId, date, changeBy(request, context));
        await context.registryChanged();
        return yearOf(request, request.query.institution, Number(date.slice(0, 4)));
      },
    );
  };
}
