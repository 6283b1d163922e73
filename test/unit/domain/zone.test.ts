import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createZone } from '../../../domain/zone.ts';

const shanghai = createZone('Asia/Shanghai');
const berlin = createZone('Europe/Berlin');
const HOUR = 3_600_000;

test('Asia/Shanghai: days, months and years begin at local midnight', () => {
  const ms = Date.parse('2026-11-22T15:04:05+08:00');
  expect(shanghai.iso(shanghai.dayStart(ms))).toBe('2026-11-22T00:00:00+08:00');
  expect(shanghai.iso(shanghai.nextDay(ms))).toBe('2026-11-23T00:00:00+08:00');
  expect(shanghai.iso(shanghai.monthStart(ms))).toBe('2026-11-01T00:00:00+08:00');
  expect(shanghai.iso(shanghai.nextMonth(ms))).toBe('2026-12-01T00:00:00+08:00');
  expect(shanghai.iso(shanghai.yearStart(ms))).toBe('2026-01-01T00:00:00+08:00');
  expect(shanghai.iso(shanghai.nextYear(ms))).toBe('2027-01-01T00:00:00+08:00');
  expect(shanghai.date(ms)).toBe('2026-11-22');
  expect(shanghai.local(ms)).toEqual({ year: 2026, month: 11, day: 22, hour: 15, minute: 4, weekday: 7 });
});

describe('daylight saving', () => {
  const cases = [
    { name: 'the day the clock goes forward has 23 hours', date: [2026, 3, 29] as const, hours: 23 },
    { name: 'the day the clock goes back has 25 hours', date: [2026, 10, 25] as const, hours: 25 },
    { name: 'the day before has 24', date: [2026, 3, 28] as const, hours: 24 },
  ];
  for (const { name, date, hours } of cases) {
    test(name, () => {
      const [year, month, day] = date;
      const start = berlin.at(year, month, day);
      expect(berlin.nextDay(start) - start).toBe(hours * HOUR);
      expect(berlin.dayStart(start + 12 * HOUR)).toBe(start);
    });
  }

  test('an hour that the clock leaves out begins where the clock resumes', () => {
    expect(berlin.iso(berlin.at(2026, 3, 29, 2))).toBe('2026-03-29T03:00:00+02:00');
  });
});

test('in any zone days follow each other without gap, and a day holds its instants', () => {
  const zones = ['Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'].map(
    createZone,
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2040, 0, 1) }),
      (zone, ms) => {
        const start = zone.dayStart(ms);
        const end = zone.nextDay(ms);
        expect(start).toBeLessThanOrEqual(ms);
        expect(end).toBeGreaterThan(ms);
        expect(zone.dayStart(end)).toBe(end);
        expect(zone.dayStart(end - 1)).toBe(start);
        expect(Date.parse(zone.iso(ms))).toBe(ms);
      },
    ),
  );
});

test('an unknown zone is refused', () => {
  expect(() => createZone('Mars/Olympus')).toThrow(RangeError);
});
