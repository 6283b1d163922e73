import { expect, test } from 'vitest';

import {
  coefficientsAt,
  coefficientsOfYear,
  shippedCoefficientSets,
  type DatedCoefficientSet,
} from '../../../domain/coefficient.ts';
import { kgceChanges } from '../../../domain/kgce-changes.ts';

const SHIPPED = coefficientsAt('2026-01-01', []);

function set(validFrom: string, kgcePerKwh: number): DatedCoefficientSet {
  return { ...SHIPPED, id: `from ${validFrom}`, validFrom, kgcePer: { ...SHIPPED.kgcePer, electricity: kgcePerKwh } };
}

test.each([
  [2025, 'gbt2589-2020/grid-2023'],
  [2026, 'from 2026-07-01'],
  [2027, 'from 2027-12-31'],
  [2028, 'from 2027-12-31'],
])('the figures of %i are made with the set of its 31 December', (year, id) => {
  const entered = [set('2026-03-01', 0.2), set('2026-07-01', 0.3), set('2027-12-31', 0.4)];
  expect(coefficientsOfYear(year, entered).id).toBe(id);
});

test('a set in force is told like one that ships: without its day', () => {
  const { validFrom: _day, ...entered } = set('2026-01-01', 0.2);
  expect(coefficientsAt('2026-01-01', [set('2026-01-01', 0.2)])).toEqual(entered);
});

test('standard coal ships as one factor a medium, whatever the year', () => {
  for (const { kgcePer } of shippedCoefficientSets()) expect(kgcePer).toEqual(SHIPPED.kgcePer);
});

const changes: { name: string; entered: DatedCoefficientSet[]; want: [string, number][] }[] = [
  { name: 'nothing entered => none', entered: [], want: [] },
  {
    name: 'another factor of CO₂ only => none',
    entered: [{ ...set('2026-01-01', 0.1229), co2KgPer: { ...SHIPPED.co2KgPer, electricity: 0.6 } }],
    want: [],
  },
  { name: 'another factor => its day', entered: [set('2026-01-01', 0.3)], want: [['2026-01-01', 0.3]] },
  {
    name: 'the same again, then back to what ships => the days on which it differs from the one before',
    entered: [set('2025-01-01', 0.3), set('2026-01-01', 0.3), set('2027-01-01', 0.1229)],
    want: [
      ['2025-01-01', 0.3],
      ['2027-01-01', 0.1229],
    ],
  },
];
for (const { name, entered, want } of changes) {
  test(`kgce of electricity: ${name}`, () => {
    expect(kgceChanges('electricity', entered)).toEqual(want);
    expect(kgceChanges('heat', entered)).toEqual([]);
  });
}
