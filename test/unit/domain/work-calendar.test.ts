import { execFileSync } from 'node:child_process';

import { describe, expect, test } from 'vitest';

import { createWorkCalendar, DEFAULT_WORK_CALENDAR, workCalendarOf } from '../../../domain/work-calendar.ts';
import { createZone } from '../../../domain/zone.ts';

const zone = createZone('Asia/Shanghai');
const calendar = createWorkCalendar(zone);
const at = (text: string): number => Date.parse(`${text}:00+08:00`);

const days: { date: string; workday: boolean; why: string }[] = [
  { date: '2026-01-04', workday: true, why: 'make-up Sunday of New Year' },
  { date: '2026-02-14', workday: true, why: 'make-up Saturday of Spring Festival' },
  { date: '2026-02-28', workday: true, why: 'make-up Saturday of Spring Festival' },
  { date: '2026-05-09', workday: true, why: 'make-up Saturday of Labour Day' },
  { date: '2026-09-20', workday: true, why: 'make-up Sunday of National Day' },
  { date: '2026-10-10', workday: true, why: 'make-up Saturday of National Day' },
  { date: '2026-01-01', workday: false, why: 'New Year, a Thursday' },
  { date: '2026-02-17', workday: false, why: 'Spring Festival, a Tuesday' },
  { date: '2026-10-07', workday: false, why: 'National Day holidays, a Wednesday' },
  { date: '2026-03-07', workday: false, why: 'an ordinary Saturday' },
  { date: '2026-03-09', workday: true, why: 'an ordinary Monday' },
  { date: '2027-10-01', workday: true, why: 'not published yet: Monday to Friday' },
  { date: '2027-10-02', workday: false, why: 'not published yet: Saturday' },
];
describe('working days', () => {
  for (const { date, workday, why } of days) {
    test(`${date} ${workday ? 'works' : 'rests'}: ${why}`, () => expect(calendar.isWorkday(date)).toBe(workday));
  }

  test('years are covered where their holidays are published', () => {
    expect([2024, 2025, 2026, 2027, 2028].map((year) => calendar.coveredYear(year))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  test('an institution that never closes works on every day', () => {
    const always = createWorkCalendar(zone, { ...DEFAULT_WORK_CALENDAR, openDays: 'all' });
    expect(always.isWorkday('2026-10-01')).toBe(true);
    expect(always.isWorkingHour(at('2026-10-01T03:00'))).toBe(false);
  });

  test("days do not depend on the process's own time zone", () => {
    const script = `
      import { createWorkCalendar } from './domain/work-calendar.ts';
      import { createZone } from './domain/zone.ts';
      const calendar = createWorkCalendar(createZone('Asia/Shanghai'));
      console.log(['2026-10-01', '2026-10-08', '2026-10-10', '2026-03-07', '2026-03-09', '2027-10-02'].map(calendar.isWorkday).join());`;
    const run = (tz: string): string =>
      execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
        env: { ...process.env, TZ: tz },
        encoding: 'utf8',
      }).trim();
    expect([run('America/Los_Angeles'), run('Pacific/Kiritimati')]).toEqual(
      Array(2).fill('false,true,true,false,true,false'),
    );
  }, 30_000);
});

const hours: { hour: string; working: boolean; why: string }[] = [
  { hour: '2026-03-09T06:00', working: false, why: 'ends before 07:30' },
  { hour: '2026-03-09T07:00', working: true, why: 'its second half is within the hour before work' },
  { hour: '2026-03-09T13:00', working: true, why: 'noon between two windows' },
  { hour: '2026-03-09T18:00', working: true, why: 'its first half is within the hour after work' },
  { hour: '2026-03-09T19:00', working: false, why: 'begins after 18:30' },
  { hour: '2026-03-07T10:00', working: false, why: 'a Saturday' },
  { hour: '2026-05-09T10:00', working: true, why: 'a make-up Saturday' },
  { hour: '2026-10-01T10:00', working: false, why: 'a holiday' },
];
describe('working hours', () => {
  for (const { hour, working, why } of hours) {
    test(`${hour} ${working ? 'works' : 'is off'}: ${why}`, () =>
      expect(calendar.isWorkingHour(at(hour))).toBe(working));
  }

  test('the twelve hours from 19 to 7 are left of a working day', () => expect(calendar.offHoursOfWorkday).toBe(12));

  test('several windows a day and no margin', () => {
    const windows = [
      { from: '06:00', to: '08:00' },
      { from: '20:00', to: '24:00' },
    ];
    const late = createWorkCalendar(zone, { ...DEFAULT_WORK_CALENDAR, windows, marginMinutes: 0 });
    const works = [5, 6, 12, 23].map((h) => late.isWorkingHour(at(`2026-03-09T${String(h).padStart(2, '0')}:00`)));
    expect(works).toEqual([false, true, false, true]);
  });
});

const seasons: { date: string; season: string }[] = [
  { date: '2026-10-14', season: 'none' },
  { date: '2026-10-15', season: 'heating' },
  { date: '2026-12-31', season: 'heating' },
  { date: '2026-04-15', season: 'heating' },
  { date: '2026-04-16', season: 'none' },
  { date: '2026-06-01', season: 'cooling' },
  { date: '2026-08-31', season: 'cooling' },
  { date: '2026-09-01', season: 'none' },
];
describe('seasons', () => {
  for (const { date, season } of seasons) {
    test(`${date} is ${season}`, () => {
      expect(calendar.seasonAt(at(`${date}T00:00`))).toBe(season);
      expect(calendar.seasonAt(at(`${date}T23:00`))).toBe(season);
    });
  }
});

describe('what is entered over the published days', () => {
  const entered = workCalendarOf(zone, {
    versions: [
      { validFrom: '', settings: DEFAULT_WORK_CALENDAR },
      {
        validFrom: '2026-09-01',
        settings: {
          ...DEFAULT_WORK_CALENDAR,
          windows: [{ from: '08:00', to: '16:00' }],
          marginMinutes: 0,
          terms: [
            { from: '2026-09-01', to: '2027-01-20' },
            { from: '2027-02-28', to: '2027-07-10' },
          ],
          heatingPeriods: [{ from: '2026-10-10', to: '2027-04-20' }],
        },
      },
    ],
    cityDays: new Map([
      ['2027-10-01', { kind: 'rest', name: '国庆节' }],
      ['2027-10-09', { kind: 'work', name: '国庆节调休' }],
    ]),
    ownDays: new Map([['2027-10-01', { kind: 'work', name: '值班演练' }]]),
  });

  test("a year that the city's own days reach is covered", () =>
    expect([2026, 2027, 2028].map((year) => entered.coveredYear(year))).toEqual([true, true, false]));

  for (const { date, want } of [
    { date: '2026-10-10', want: { isWorkday: true, reason: 'published', name: '国庆节' } },
    { date: '2027-10-09', want: { isWorkday: true, reason: 'city', name: '国庆节调休' } },
    { date: '2027-10-01', want: { isWorkday: true, reason: 'own', name: '值班演练' } },
    { date: '2027-02-10', want: { isWorkday: false, reason: 'term-break', name: '' } },
    { date: '2027-03-01', want: { isWorkday: true, reason: 'weekday', name: '' } },
    { date: '2027-08-02', want: { isWorkday: true, reason: 'weekday', name: '' } },
  ]) {
    test(`${date} by ${want.reason}`, () => expect(entered.dayAt(date)).toEqual(want));
  }

  test('working hours are those of the day', () => {
    const works = ['2026-08-31T07:00', '2026-09-01T07:00', '2026-09-01T15:00', '2026-09-01T17:00'];
    expect(works.map((hour) => entered.isWorkingHour(at(hour)))).toEqual([true, false, true, false]);
  });

  test('an announced heating period takes the place of the yearly season, and of no other', () => {
    const heats = ['2026-10-10', '2027-04-18', '2027-04-21', '2027-10-14', '2027-10-15', '2026-04-15'];
    expect(heats.map((date) => entered.seasonAt(at(`${date}T12:00`)) === 'heating')).toEqual([
      true,
      true,
      false,
      false,
      true,
      true,
    ]);
    const short = workCalendarOf(zone, {
      versions: [
        {
          validFrom: '',
          settings: { ...DEFAULT_WORK_CALENDAR, heatingPeriods: [{ from: '2026-10-20', to: '2027-04-10' }] },
        },
      ],
      cityDays: new Map(),
      ownDays: new Map(),
    });
    expect(['2026-10-16', '2027-04-12'].map((date) => short.seasonAt(at(`${date}T12:00`)))).toEqual(['none', 'none']);
  });
});
