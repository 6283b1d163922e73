import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createZone } from '../../domain/zone.ts';
import type { CalendarYear } from '../../services/api/schemas/calendar.ts';
import { loadCalendars } from '../../services/calendar/load-calendars.ts';
import { loadRuleSubjects } from '../../services/rules/rule-subject.ts';
import { type ApiFixture, type FixtureUser, openApiFixture } from '../support/api-fixture.ts';

let api: ApiFixture;
beforeEach(async () => {
  api = await openApiFixture();
});
afterEach(() => api.close());

async function yearOf(user: FixtureUser, query = ''): Promise<CalendarYear> {
  const answer = await api.as(user, { url: `/api/calendar?${query}` });
  expect(answer.statusCode).toBe(200);
  return answer.json();
}
const dayIn = (year: CalendarYear, date: string) => year.days.find((day) => day.date === date);
const put = (user: FixtureUser, from: string, query: string, payload: object) =>
  api.as(user, { method: 'PUT', url: `/api/calendar/settings/${from}?${query}`, payload });

test('the year of the clock with its published holidays and make-up days', async () => {
  const year = await yearOf('school');
  expect(year).toMatchObject({ institutionId: null, year: 2026, covered: true, versions: [] });
  expect(year.days).toHaveLength(365);
  expect(dayIn(year, '2026-10-10')).toEqual({
    date: '2026-10-10',
    kind: 'work',
    reason: 'published',
    name: '国庆节',
    season: 'none',
  });
  expect(dayIn(year, '2026-10-01')).toMatchObject({ kind: 'rest', reason: 'published' });
});

test('a year that nothing is published of is flagged until its days are entered', async () => {
  expect(await yearOf('bureau', 'year=2027')).toMatchObject({ covered: false });
  const days = [
    { date: '2027-10-01', kind: 'rest', name: '国庆节' },
    { date: '2027-10-09', kind: 'work' },
  ];
  const made = await api.as('bureau', { method: 'POST', url: '/api/calendar/days', payload: { days } });
  expect(made.statusCode).toBe(200);
  const year = await yearOf('school', 'year=2027&institution=school');
  expect(year.covered).toBe(true);
  expect(dayIn(year, '2027-10-09')).toMatchObject({ kind: 'work', reason: 'city', name: '' });
  const back = await api.as('bureau', { method: 'DELETE', url: '/api/calendar/days/2027-10-09' });
  expect(dayIn(back.json(), '2027-10-09')).toMatchObject({ kind: 'rest', reason: 'weekday' });
  const again = await api.as('bureau', { method: 'DELETE', url: '/api/calendar/days/2027-10-09' });
  expect(again.statusCode).toBe(404);
});

test("a school's terms and hours hold from their day on, for the school alone, and its rules follow", async () => {
  const settings = {
    windows: [
      { from: '13:30', to: '17:00' },
      { from: '07:40', to: '11:50' },
    ],
    marginMinutes: 30,
    terms: [
      { from: '2026-02-25', to: '2026-07-10' },
      { from: '2026-08-28', to: '2027-01-15' },
    ],
  };
  const made = await put('bureau', '2026-02-01', 'institution=school', settings);
  expect(made.statusCode).toBe(200);
  expect(made.json().versions).toEqual([
    expect.objectContaining({ validFrom: '2026-02-01', windows: settings.windows.toReversed(), openDays: 'workdays' }),
  ]);
  expect(dayIn(await yearOf('school', 'institution=school'), '2026-08-03')).toMatchObject({ reason: 'term-break' });
  expect(dayIn(await yearOf('school'), '2026-08-03')).toMatchObject({ kind: 'work' });

  const { subjects } = await loadRuleSubjects(api.db, createZone('Asia/Shanghai'));
  const works = new Map(subjects.map(({ institution, calendar }) => [institution, calendar.isWorkday('2026-08-03')]));
  expect([works.get('school'), works.get('archive'), works.get('library')]).toEqual([false, true, true]);

  const audit = await api.db.selectFrom('audit').selectAll().where('object', 'like', 'calendar/%').execute();
  expect(audit).toMatchObject([{ action: 'create', object: 'calendar/school/2026-02-01', before: null }]);
  expect(api.calls.registryChanged).toBe(1);

  const back = await api.as('bureau', {
    method: 'DELETE',
    url: '/api/calendar/settings/2026-02-01?institution=school',
  });
  expect(back.json()).toMatchObject({ versions: [] });
});

test("the city's settings hold for all that have none of their own, a library stays open every day", async () => {
  await put('bureau', '2026-01-01', '', { windows: [{ from: '09:00', to: '17:00' }] });
  await put('bureau', '2026-06-01', 'institution=school', { windows: [{ from: '07:00', to: '16:00' }] });
  const calendarOf = await loadCalendars(api.db, createZone('Asia/Shanghai'));
  const opening = (id: string, type: string, date: string): string => {
    const found = calendarOf(id, type);
    if (!found.ok) throw new Error(found.reason);
    return found.calendar.windowsOn(date)[0]!.from;
  };
  expect(['2025-12-31', '2026-01-01', '2026-06-01'].map((date) => opening('school', 'school', date))).toEqual([
    '08:30',
    '09:00',
    '07:00',
  ]);
  expect(opening('archive', 'agency', '2026-06-01')).toBe('09:00');
  const library = calendarOf('library', 'library');
  expect(library.ok && library.calendar.isWorkday('2026-10-01')).toBe(true);
});

describe.each([
  ['a window that ends before it starts', { windows: [{ from: '12:00', to: '08:00' }] }, 'ends after it starts'],
  [
    'windows that overlap',
    {
      windows: [
        { from: '08:00', to: '12:00' },
        { from: '11:00', to: '17:00' },
      ],
    },
    'overlap',
  ],
  ['no window', { windows: [] }, 'at least one window'],
  ['a season of month 13', { heatingSeason: { from: '13-01', to: '04-15' } }, 'MM-DD'],
  ['a term that ends before it starts', { terms: [{ from: '2026-07-01', to: '2026-02-01' }] }, 'ends on or after'],
  ['a misspelt key', { window: [] }, 'window'],
])('%s', (_name, payload, words) => {
  test('is refused with what is wrong', async () => {
    const answer = await put('bureau', '2026-01-01', '', payload);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().detail).toContain(words);
  });
});

test('only bureau and administrator edit; a manager sees its own institution alone', async () => {
  expect((await put('school', '2026-01-01', 'institution=school', {})).statusCode).toBe(403);
  expect((await api.as('school', { url: '/api/calendar?institution=archive' })).statusCode).toBe(404);
  expect((await put('bureau', '2026-01-01', 'institution=nobody', {})).statusCode).toBe(404);
});
