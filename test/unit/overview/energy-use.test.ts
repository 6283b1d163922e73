import { expect, test } from 'vitest';

import { grouped, type EnergyUse, energyUse, rankingOf } from '../../../services/overview/energy-use.ts';
import type { YearlyUse } from '../../../services/overview/yearly-use.ts';

const FACTORS = { electricity: 0.1, water: 0, heat: 34, gas: 1.3, cooling: 34 };

const institution = (id: string, areaM2: number | null, type = 'agency') =>
  ({ id, name: id, type, areaM2, reportsTo: '150200' }) as EnergyUse;

const use: Pick<YearlyUse, 'byInstitution' | 'monthsOver' | 'monthsKnown' | 'everKnown'> = {
  byInstitution: new Map([
    ['a electricity', 1000_000_000n],
    ['a heat', 0n],
    ['b electricity', 500_000_000n],
    ['w water', 9_000_000n],
  ]),
  monthsOver: 10,
  monthsKnown: new Map([
    ['a electricity', 10],
    ['a heat', 10],
    ['b electricity', 4],
    ['w water', 10],
  ]),
  everKnown: new Set(['a electricity', 'a heat', 'b electricity', 'c heat', 'w water']),
};
const rows = energyUse(
  use as YearlyUse,
  [institution('w', 100), institution('c', 100), institution('b', null), institution('a', 50, 'school')],
  FACTORS,
);

test('who has no data, or water alone, has no energy and stands behind all that have; no area, no intensity', () => {
  expect(rankingOf(rows).map(({ id, kgce, kgcePerM2, monthsMissing }) => [id, kgce, kgcePerM2, monthsMissing])).toEqual(
    [
      ['a', 100, 2, 0],
      ['b', 50, null, 6],
      ['w', null, null, 10],
      ['c', null, null, 10],
    ],
  );
});

test('a known use of 0 is a use', () => {
  const none = { ...use, byInstitution: new Map([['a heat', 0n]]) } as YearlyUse;
  expect(rankingOf(energyUse(none, [institution('a', 50)], FACTORS))).toMatchObject([{ kgce: 0, kgcePerM2: 0 }]);
});

test('groups say how many of their institutions have data, and are null where none has', () => {
  expect(grouped(rows, ({ type }) => type)).toEqual([
    { key: 'school', kgce: 100, institutions: 1, known: 1 },
    { key: 'agency', kgce: 50, institutions: 3, known: 1 },
  ]);
  expect(
    grouped(
      rows.filter(({ kgce }) => kgce === null),
      () => 'all',
    ),
  ).toEqual([{ key: 'all', kgce: null, institutions: 2, known: 0 }]);
});
