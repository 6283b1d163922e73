import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createZone } from '../../../domain/zone.ts';
import { dayUses, wholeUse } from '../../../services/comparison/day-uses.ts';
import { type CountedMeter, createMeterTerms } from '../../../services/comparison/meter-terms.ts';
import type { UsageMeter } from '../../../services/usage/meter-config.ts';
import { rollUpHours } from '../../../services/usage/roll-up.ts';

const DATE = '2026-03-10';

function meter(id: string, more: Partial<CountedMeter> & { as?: string; share?: number } = {}): CountedMeter {
  const { as, share = 1, ...rest } = more;
  const shares = as === undefined ? [] : [{ subItem: as, share, validFrom: '1970-01-01', validTo: null }];
  return { id, parentId: null, existsFrom: null, existsTo: null, shares, ...rest };
}

const all = (): boolean => true;
const only =
  (code: string) =>
  (subItem: string): boolean =>
    subItem.startsWith(code);

interface Row {
  name: string;
  meters: CountedMeter[];
  select?: (subItem: string) => boolean;
  date?: string;
  want: [meter: string, factor: number, root: string][];
}
const ROWS: Row[] = [
  { name: 'one meter', meters: [meter('m', { as: 'A' })], want: [['m', 1, 'm']] },
  {
    name: 'a sub-meter of the same institution is in its main meter',
    meters: [meter('m', { as: 'A' }), meter('s', { parentId: 'm', as: 'B' })],
    want: [['m', 1, 'm']],
  },
  {
    name: 'of a sub-item the sub-meter alone counts',
    meters: [meter('m', { as: 'A' }), meter('s', { parentId: 'm', as: 'B1' })],
    select: only('B'),
    want: [['s', 1, 'm']],
  },
  {
    name: 'of the other sub-item the sub-meter is taken off',
    meters: [meter('m', { as: 'A' }), meter('s', { parentId: 'm', as: 'B' })],
    select: only('A'),
    want: [
      ['m', 1, 'm'],
      ['s', -1, 'm'],
    ],
  },
  {
    name: "somebody else's sub-meter is taken off",
    meters: [meter('m', { as: 'A' }), meter('s', { parentId: 'm' })],
    want: [
      ['m', 1, 'm'],
      ['s', -1, 'm'],
    ],
  },
  {
    name: 'half of a shared meter',
    meters: [meter('m', { as: 'A', share: 0.5 }), meter('s', { parentId: 'm', as: 'A' })],
    want: [
      ['m', 0.5, 'm'],
      ['s', 0.5, 'm'],
    ],
  },
  {
    name: 'a grandchild of somebody else hangs on the same root',
    meters: [meter('m', { as: 'A' }), meter('s', { parentId: 'm', as: 'A' }), meter('g', { parentId: 's' })],
    want: [
      ['m', 1, 'm'],
      ['g', -1, 'm'],
    ],
  },
  {
    name: 'a meter before its installation is not there',
    meters: [meter('m', { as: 'A', existsFrom: '2026-03-11' }), meter('n', { as: 'A' })],
    want: [['n', 1, 'n']],
  },
  {
    name: 'a share that has ended',
    meters: [
      meter('m', { shares: [{ subItem: 'A', share: 1, validFrom: '1970-01-01', validTo: DATE }] }),
      meter('n', { as: 'A' }),
    ],
    want: [['n', 1, 'n']],
  },
];

describe('what counts on a day', () => {
  test.each(ROWS)('$name', ({ meters, select = all, date = DATE, want }) => {
    const roots = createMeterTerms(meters, select)(date);
    const told = roots.flatMap(({ root, terms }) => terms.map(({ meter: id, factor }) => [id, factor, root]));
    expect(told).toEqual(want);
  });

  test('a date between two changes has the terms of its stretch', () => {
    const shares = [
      { subItem: 'A', share: 1, validFrom: '2026-01-01', validTo: '2026-03-01' },
      { subItem: 'A', share: 0.25, validFrom: '2026-03-01', validTo: null },
    ];
    const termsOn = createMeterTerms([meter('m', { shares })], all);
    const factors = ['2025-12-31', '2026-01-01', '2026-02-28', '2026-03-01', '2027-01-01'].map(
      (date) => termsOn(date)[0]?.terms[0]?.factor ?? null,
    );
    expect(factors).toEqual([null, 1, 1, 0.25, 0.25]);
  });
});

test('where all meters are known, the day is the sum that usage makes of the same meters', () => {
  const zone = createZone('Asia/Shanghai');
  const startMs = zone.at(2026, 3, 10);
  const spec = fc.record({
    parent: fc.integer({ min: -1, max: 5 }),
    mine: fc.constantFrom(0, 0.25, 0.5, 1),
    subItem: fc.constantFrom('A', 'B', 'B1', 'C'),
    kwh: fc.integer({ min: 0, max: 5000 }),
  });
  fc.assert(
    fc.property(fc.array(spec, { minLength: 1, maxLength: 6 }), fc.constantFrom('', 'A', 'B'), (specs, code) => {
      const ids = specs.map((_, index) => `m${index}`);
      // A parent comes before its children: no cycles.
      const parentOf = (index: number): string | null => ids[Math.min(specs[index]!.parent, index - 1)] ?? null;
      const usage: UsageMeter[] = specs.map(({ mine, subItem }, index) => ({
        id: ids[index]!,
        medium: 'electricity',
        registerUnit: 'kWh',
        registerModulus: null,
        ratedMaximum: null,
        expectedIntervalS: 3600,
        parentId: parentOf(index),
        multipliers: [],
        shares: [
          { institutionId: 'x', subItem, share: mine, validFrom: '1970-01-01', validTo: null },
          { institutionId: 'y', subItem, share: 1 - mine, validFrom: '1970-01-01', validTo: null },
        ].filter(({ share }) => share > 0),
      }));
      const dayMs = 86_400_000;
      const rows = usage.map(({ id }, index) => ({
        meter: id,
        startMs,
        endMs: startMs + dayMs,
        micro: BigInt(specs[index]!.kwh) * 1_000_000n,
        measuredMs: dayMs,
        estimatedMs: 0,
        manualMs: 0,
        missingMs: 0,
      }));
      const want = rollUpHours(new Set(['x']), usage, rows, zone)
        .filter(({ institution, subItem }) => institution === 'x' && subItem.startsWith(code))
        .reduce((sum, { micro }) => sum + micro, 0n);

      const counted: CountedMeter[] = usage.map(({ id, parentId, shares }) => ({
        id,
        parentId,
        existsFrom: null,
        existsTo: null,
        shares: shares
          .filter(({ institutionId }) => institutionId === 'x')
          .map(({ subItem, share, validFrom, validTo }) => ({ subItem: subItem ?? '', share, validFrom, validTo })),
      }));
      const termsOn = createMeterTerms(counted, only(code));
      const [day] = dayUses([{ date: DATE, day: 0, lengthMs: dayMs }], termsOn, (id) =>
        rows.find((row) => row.meter === id),
      );
      expect(wholeUse(day!) ?? 0).toBe(Number(want));
    }),
    { numRuns: 1000 },
  );
});

describe('a day that is not known', () => {
  const termsOn = createMeterTerms([meter('m', { as: 'A' }), meter('n', { as: 'A' })], all);
  const dayMs = 86_400_000;
  const local = { date: DATE, day: 0, lengthMs: dayMs };
  const whole = { micro: 5_000_000n, measuredMs: dayMs, estimatedMs: 0, manualMs: 0 };

  test.each([
    ['a meter without any row', undefined, null, dayMs],
    ['a meter known for 23 hours', { ...whole, measuredMs: 23 * 3_600_000 }, null, 3_600_000],
    ['an estimated day counts', { ...whole, measuredMs: 0, estimatedMs: dayMs }, 10_000_000, 0],
    ['a day that nothing was used on counts', { ...whole, micro: 0n }, 5_000_000, 0],
  ])('%s', (_name, other, want, missingMs) => {
    const [day] = dayUses([local], termsOn, (id) => (id === 'm' ? whole : other));
    expect(wholeUse(day!)).toBe(want);
    expect(day!.missingMs).toBe(missingMs);
  });

  test('a day before there was any meter is missing', () => {
    const none = createMeterTerms([meter('m', { as: 'A', existsFrom: '2027-01-01' })], all);
    const [day] = dayUses([local], none, () => undefined);
    expect([wholeUse(day!), day!.missingMs]).toEqual([null, dayMs]);
  });
});
