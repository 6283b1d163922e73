import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createZone } from '../../../domain/zone.ts';
import type { UsageMeter } from '../../../services/usage/meter-config.ts';
import { rollUpHours } from '../../../services/usage/roll-up.ts';
import type { MeterUsage } from '../../../storage/series/port.ts';

const zone = createZone('Asia/Shanghai');
const HOUR_MS = 3_600_000;
const startMs = zone.at(2026, 3, 1);

type Share = UsageMeter['shares'][number];
const share = (institutionId: string, subItem: string | null, part: number, more: Partial<Share> = {}): Share => ({
  institutionId,
  subItem,
  share: part,
  validFrom: '1970-01-01',
  validTo: null,
  ...more,
});
const meter = (id: string, shares: Share[], parentId: string | null = null): UsageMeter => ({
  id,
  medium: 'electricity',
  registerUnit: 'kWh',
  registerModulus: null,
  ratedMaximum: null,
  expectedIntervalS: 3600,
  parentId,
  multipliers: [{ multiplier: 1, validFrom: '1970-01-01', validTo: null }],
  shares,
});
const hour = (id: string, micro: bigint, at = startMs): MeterUsage => ({
  meter: id,
  startMs: at,
  endMs: at + HOUR_MS,
  micro,
  measuredMs: HOUR_MS,
  estimatedMs: 0,
  manualMs: 0,
  missingMs: 0,
});
const sums = (institutions: string[], meters: UsageMeter[], hours: MeterUsage[]) =>
  rollUpHours(new Set(institutions), meters, hours, zone)
    .map(
      ({ institution, subItem, startMs: at, micro }) =>
        `${institution} ${subItem} ${(at - startMs) / HOUR_MS} ${micro}`,
    )
    .sort();

test('several shares of one institution: each sub-item has its part', () => {
  const shared = meter('m', [share('school', 'A1', 0.5), share('school', 'B1C', 0.3), share('court', null, 0.2)]);
  expect(sums(['school', 'court'], [shared], [hour('m', 10_000_000n)])).toEqual([
    'court  0 2000000',
    'school A1 0 5000000',
    'school B1C 0 3000000',
  ]);
});

test('two zones of one institution under the same sub-item are one sum', () => {
  const shared = meter('m', [share('school', 'A1', 0.25), share('school', 'A1', 0.75)]);
  expect(sums(['school'], [shared], [hour('m', 7n)])).toEqual(['school A1 0 7']);
});

test('from the day of a move on the new shares count', () => {
  const end = '2026-03-02';
  const moved = meter('m', [
    share('school', 'A1', 0.5, { validTo: end }),
    share('school', 'C1', 0.5, { validTo: end }),
    share('court', 'A1', 1, { validFrom: end }),
  ]);
  const hours = [hour('m', 3n), hour('m', 5n, startMs + 24 * HOUR_MS)];
  expect(sums(['school', 'court'], [moved], hours)).toEqual(['court A1 24 5', 'school A1 0 2', 'school C1 0 1']);
});

test('what a sub-meter counts is taken off its main meter before that one is shared', () => {
  const main = meter('main', [share('school', null, 0.5), share('court', null, 0.5)]);
  const sub = meter('sub', [share('school', 'D1', 1)], 'main');
  expect(sums(['school', 'court'], [main, sub], [hour('main', 100n), hour('sub', 40n)])).toEqual([
    'court  0 30',
    'school  0 30',
    'school D1 0 40',
  ]);
});

test('the shares of a meter sum to the meter, exactly', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 1_000_000_000_000n }),
      fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 12 }),
      (micro, weights) => {
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const shares = weights.map((weight, index) => share(`i${index}`, null, weight / total));
        const rows = rollUpHours(
          new Set(shares.map((s) => s.institutionId)),
          [meter('m', shares)],
          [hour('m', micro)],
          zone,
        );
        expect(rows.reduce((sum, row) => sum + row.micro, 0n)).toBe(micro);
      },
    ),
  );
});

const berlin = createZone('Europe/Berlin');
test.each([
  ['the day on which clocks go ahead', '2026-03-29', 23],
  ['the day on which clocks go back', '2026-10-25', 25],
])('shares that change at the midnight of %s divide there', (_name, date, hoursOfDay) => {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const nextDate = new Date(Date.UTC(year, month - 1, day + 1)).toISOString().slice(0, 10);
  const fromMs = berlin.at(year, month, day - 1);
  const toMs = berlin.at(year, month, day + 2);
  const shared = meter('m', [
    share('school', null, 1, { validTo: date }),
    share('court', null, 0.5, { validFrom: date, validTo: nextDate }),
    share('library', null, 0.5, { validFrom: date, validTo: nextDate }),
    share('museum', null, 1, { validFrom: nextDate }),
  ]);
  const hours = Array.from({ length: (toMs - fromMs) / HOUR_MS }, (_, at) => hour('m', 2n, fromMs + at * HOUR_MS));
  const totals = new Map<string, bigint>();
  for (const { institution, micro } of rollUpHours(
    new Set(['school', 'court', 'library', 'museum']),
    [shared],
    hours,
    berlin,
  ))
    totals.set(institution, (totals.get(institution) ?? 0n) + micro);
  const parts = { school: 48n, court: BigInt(hoursOfDay), library: BigInt(hoursOfDay), museum: 48n };
  expect(Object.fromEntries(totals)).toEqual(parts);
});

test('a share in housing counts under a key of its own', () => {
  const shared = meter('m', [share('school', 'A1', 0.5), share('school', 'A1', 0.5, { housing: true })]);
  expect(sums(['school', 'school:housing'], [shared], [hour('m', 7n)])).toEqual([
    'school A1 0 4',
    'school:housing A1 0 3',
  ]);
  expect(sums(['school'], [shared], [hour('m', 7n)])).toEqual(['school A1 0 4']);
});

test('a tree of meters, whoever has which part of them, sums to the meters at the top, exactly', () => {
  // Each meter: below which of those before it, what it counts, and what share of it is whose.
  const node = fc.record({
    below: fc.option(fc.nat(20)),
    micro: fc.bigInt({ min: 0n, max: 10n ** 13n }),
    shares: fc.array(
      fc.record({ weight: fc.integer({ min: 1, max: 100 }), who: fc.nat(2), housing: fc.boolean(), sub: fc.nat(2) }),
      { minLength: 1, maxLength: 5 },
    ),
  });
  fc.assert(
    fc.property(fc.array(node, { minLength: 1, maxLength: 12 }), (nodes) => {
      const meters = nodes.map(({ below, shares }, index) => {
        const total = shares.reduce((sum, { weight }) => sum + weight, 0);
        const parts = shares.map(({ weight, who, housing, sub }) =>
          share(`i${who}`, sub === 0 ? null : `A${sub}`, weight / total, housing ? { housing } : {}),
        );
        return meter(`m${index}`, parts, below === null || index === 0 ? null : `m${below % index}`);
      });
      const keys = ['i0', 'i1', 'i2'].flatMap((id) => [id, `${id}:housing`]);
      const rows = rollUpHours(
        new Set(keys),
        meters,
        nodes.map(({ micro }, index) => hour(`m${index}`, micro)),
        zone,
      );
      const tops = nodes.filter((_, index) => meters[index]!.parentId === null);
      const want = tops.reduce((sum, { micro }) => sum + micro, 0n);
      expect(rows.reduce((sum, { micro }) => sum + micro, 0n)).toBe(want);
    }),
    { numRuns: 500 },
  );
});

const quality = (meters: UsageMeter[], hours: MeterUsage[], firstHours: Record<string, number>, keys = ['school']) =>
  rollUpHours(
    new Set(keys),
    meters,
    hours,
    zone,
    new Map(Object.entries(firstHours).map(([id, at]) => [id, startMs + at * HOUR_MS])),
  )
    .map(
      ({ institution, subItem, startMs: at, endMs, micro, measuredMs, missingMs }) =>
        `${institution} ${subItem} ${(at - startMs) / HOUR_MS} ${(endMs - at) / HOUR_MS} ${micro} ${measuredMs / HOUR_MS} ${missingMs / HOUR_MS}`,
    )
    .sort();
const at = (id: string, ...hours: number[]): MeterUsage[] => hours.map((one) => hour(id, 5n, startMs + one * HOUR_MS));

test('a meter that has died is missing in the hours in which another one of its medium goes on', () => {
  const [a, b] = [meter('a', [share('school', 'A1', 1)]), meter('b', [share('school', 'A1', 1)])];
  const water: UsageMeter = { ...meter('water', [share('school', null, 1)]), medium: 'water' };
  const hours = [...at('a', 0, 1, 3), ...at('b', 0), ...at('water', 0, 1, 2, 5)];
  expect(quality([a, b, water], hours, { a: 0, b: 0, water: 0 })).toEqual([
    'school  0 1 5 1 0',
    'school  1 1 5 1 0',
    'school  2 1 5 1 0',
    'school  5 1 5 1 0',
    'school A1 0 1 10 2 0',
    'school A1 1 1 5 1 1',
    'school A1 3 1 5 1 1',
  ]);
});

test('where a sub-item has only the meter that has died, nothing but missing time stands there', () => {
  const [a, b] = [meter('a', [share('school', 'A1', 1)]), meter('b', [share('school', 'B1', 1)])];
  expect(quality([a, b], [...at('a', 4, 5), ...at('b', 4)], { a: 4, b: 4 })).toEqual([
    'school A1 4 1 5 1 0',
    'school A1 5 1 5 1 0',
    'school B1 4 1 5 1 0',
    'school B1 5 1 0 0 1',
  ]);
});

test('a meter that has died below one that goes on is in the rest of that one, and missing nowhere', () => {
  const main = meter('main', [share('school', null, 1)]);
  const light = { ...meter('light', [share('school', 'A1', 1)]), parentId: 'main' };
  expect(quality([main, light], [...at('main', 0, 1), ...at('light', 0)], { main: 0, light: 0 })).toEqual([
    'school  0 1 0 1 0',
    'school  1 1 5 1 0',
    'school A1 0 1 5 1 0',
  ]);
});
test('a meter is missing nowhere before its first usage, nor one that never had any', () => {
  const meters = ['a', 'late', 'never'].map((id) => meter(id, [share('school', null, 1)]));
  expect(quality(meters, [...at('a', 0, 1, 2, 3), ...at('late', 2)], { a: 0, late: 2 })).toEqual([
    'school  0 1 5 1 0',
    'school  1 1 5 1 0',
    'school  2 1 10 2 0',
    'school  3 1 5 1 1',
  ]);
});

test('a meter is missing nowhere once it is removed, nor where it has no share, nor in housing for the rest', () => {
  const removal = { kind: 'removal' as const, closingRegister: null, openingRegister: null };
  const a = meter('a', [share('school', null, 1)]);
  const removed = {
    ...meter('removed', [share('school', null, 1)]),
    events: [{ ...removal, atMs: startMs + 1.5 * HOUR_MS }],
  };
  const moved = meter('moved', [share('school', null, 1, { validFrom: '2026-03-02' })]);
  const housing = meter('housing', [share('school', null, 1, { housing: true })]);
  const hours = at('a', 1, 2, 23, 24);
  const firsts = { a: 0, removed: 0, moved: 0, housing: 0 };
  expect(quality([a, removed, moved, housing], hours, firsts, ['school', 'school:housing'])).toEqual([
    'school  1 1 5 1 1',
    'school  2 1 5 1 0',
    'school  23 1 5 1 0',
    'school  24 1 5 1 1',
  ]);
});

test('a meter that two have is missing for both, each by its sub-item', () => {
  const shared = meter('shared', [share('school', 'A1', 0.5), share('court', 'C1', 0.5)]);
  const meters = [shared, meter('a', [share('school', null, 1)]), meter('b', [share('court', null, 1)])];
  expect(quality(meters, [...at('a', 1), ...at('b', 2)], { shared: 0, a: 1, b: 2 }, ['school', 'court'])).toEqual([
    'court  2 1 5 1 0',
    'court C1 2 1 0 0 1',
    'school  1 1 5 1 0',
    'school A1 1 1 0 0 1',
  ]);
});
