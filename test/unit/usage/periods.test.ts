import { expect, test } from 'vitest';

import { createZone } from '../../../domain/zone.ts';
import { gridFloor, periodBounds } from '../../../services/usage/periods.ts';

const HOUR = 3_600_000;
const local = (name: string, ms: number): string => createZone(name).iso(ms).slice(0, 16);

test('hours are those of the clock on the wall, in a zone off the whole hour too', () => {
  for (const name of ['Asia/Shanghai', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kolkata']) {
    const zone = createZone(name);
    for (const month of [1, 7]) {
      const ms = zone.at(2026, month, 5, 9) + 1234;
      expect(local(name, gridFloor(zone, ms, HOUR))).toMatch(/T09:00$/);
    }
  }
});

test('where the clock is set by half an hour the grid stays, so that no instant lies in two hours', () => {
  const zone = createZone('Australia/Lord_Howe');
  const winter = zone.at(2026, 7, 5, 9);
  const summer = zone.at(2026, 12, 5, 9);
  expect(gridFloor(zone, winter, HOUR)).toBe(winter);
  expect(local(zone.name, gridFloor(zone, summer, HOUR))).toBe('2026-12-05T08:30');
  const [from, to] = [zone.at(2026, 4, 4), zone.at(2026, 4, 7)];
  const bounds = periodBounds(zone, 'hour', from, to);
  for (const bound of bounds) expect(gridFloor(zone, bound, HOUR)).toBe(bound);
  expect(periodBounds(zone, 'hour', bounds[30]! + 1, to)[0]).toBe(bounds[30]);
});

test('days and months hold every hour of theirs, whatever the clock does', () => {
  const zone = createZone('Australia/Lord_Howe');
  const days = periodBounds(zone, 'day', zone.at(2026, 4, 4), zone.at(2026, 4, 7));
  expect(days.slice(1).map((end, index) => (end - days[index]!) / HOUR)).toEqual([24, 24.5, 24]);
});
