import { expect, test } from 'vitest';

import { dayIndexOf } from '../../../../simulators/load/local-days.ts';
import { outdoorOf } from '../../../../simulators/load/outdoor.ts';
import { local } from '../instants.ts';

function monthOf(from: string, days: number): number[] {
  const first = dayIndexOf(local(from));
  return Array.from({ length: days }, (_, day) => [...outdoorOf(first + day, 1)]).flat();
}
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;

test('Baotou: January near −11 °C with nights below the heating design, July afternoons near 30 °C', () => {
  const january = monthOf('2026-01-01', 31);
  expect(mean(january)).toBeGreaterThan(-14);
  expect(mean(january)).toBeLessThan(-8);
  expect(Math.min(...january)).toBeLessThan(-16.6);
  const july = monthOf('2026-07-01', 31);
  expect(mean(july)).toBeGreaterThan(21);
  expect(mean(july)).toBeLessThan(26);
  expect(Math.max(...july)).toBeGreaterThan(28);
  expect(Math.max(...july)).toBeLessThan(37);
});

test('the curve has no steps, at midnight neither, and is warmest in the afternoon', () => {
  const curve = monthOf('2026-03-01', 31);
  for (let i = 1; i < curve.length; i++) expect(Math.abs(curve[i]! - curve[i - 1]!)).toBeLessThan(1);
  const hours = Array.from({ length: 96 }, (_, quarter) => mean(curve.filter((_value, i) => i % 96 === quarter)));
  expect(hours.indexOf(Math.max(...hours)) / 4).toBeCloseTo(15, 0);
  expect(hours.indexOf(Math.min(...hours)) / 4).toBeCloseTo(6, 0);
});
