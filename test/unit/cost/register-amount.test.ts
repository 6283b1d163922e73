import { describe, expect, test } from 'vitest';

import { createZone } from '../../../domain/zone.ts';
import {
  compareRegisters,
  type RegisterComparison,
  type TariffRegister,
} from '../../../services/cost/compare-registers.ts';
import { registerAmount } from '../../../services/cost/register-amount.ts';
import type { UsageMeter } from '../../../services/usage/meter-config.ts';

const HOUR_MS = 3_600_000;
const zone = createZone('Asia/Shanghai');
const from = zone.at(2026, 4, 1);
const METER: UsageMeter = {
  id: 'm',
  medium: 'electricity',
  registerUnit: 'kWh',
  registerModulus: 10_000,
  ratedMaximum: 100,
  expectedIntervalS: 3600,
  parentId: null,
  multipliers: [{ multiplier: 30, validFrom: '1970-01-01', validTo: null }],
  shares: [],
};

/** Readings by the hour before or behind the beginning of the range. */
function readings(rows: readonly [hour: number, register: number][]): { times: Float64Array; values: Float64Array } {
  return {
    times: Float64Array.from(rows, ([hour]) => from + hour * HOUR_MS),
    values: Float64Array.from(rows, ([, register]) => register),
  };
}

const hourly = (fromHour: number, toHour: number, registerAt: (hour: number) => number): [number, number][] =>
  Array.from({ length: toHour - fromHour + 1 }, (_, index) => [fromHour + index, registerAt(fromHour + index)]);

describe('the difference of a register × the multiplier', () => {
  const ROWS: { name: string; rows: [number, number][]; meter?: Partial<UsageMeter>; want: [number, number] }[] = [
    { name: 'over a range within its readings', rows: hourly(-5, 30, (hour) => 100 + hour), want: [720, 1] },
    { name: 'that rolls over', rows: hourly(-5, 30, (hour) => (9990 + hour) % 10_000), want: [720, 1] },
    {
      name: 'with an outlier, left out',
      rows: hourly(-5, 30, (hour) => (hour === 7 ? 5000 : 100 + hour)),
      want: [720, 1],
    },
    {
      name: 'read before and behind alone',
      rows: [
        [-12, 100],
        [36, 148],
      ],
      want: [720, 1],
    },
    { name: 'whose readings begin within the range', rows: hourly(12, 30, (hour) => 100 + hour), want: [360, 0.5] },
    { name: 'that nobody reads any more', rows: hourly(-5, 6, (hour) => 100 + hour), want: [180, 0.25] },
    {
      name: 'of a meter replaced within: from its last reading to the first of the next nothing is known',
      rows: [...hourly(-5, 11, (hour) => 100 + hour), ...hourly(12, 30, (hour) => hour - 12)],
      meter: {
        events: [{ kind: 'replacement', atMs: from + 11.5 * HOUR_MS, closingRegister: 99_000, openingRegister: 5 }],
      },
      want: [690, 23 / 24],
    },
    {
      name: 'by the multipliers of the time',
      rows: hourly(-5, 80, (hour) => 100 + hour),
      meter: {
        multipliers: [
          { multiplier: 30, validFrom: '1970-01-01', validTo: '2026-04-01' },
          { multiplier: 40, validFrom: '2026-04-01', validTo: null },
        ],
      },
      want: [960, 1],
    },
    { name: 'without any reading', rows: [], want: [0, 0] },
  ];
  test.each(ROWS)('$name', ({ rows, meter, want }) => {
    const range = { fromMs: from, toMs: from + 24 * HOUR_MS };
    const { micro, coverage } = registerAmount({ ...METER, ...meter }, readings(rows), range, zone);
    expect([Number(micro) / 1e6, coverage]).toEqual([want[0], expect.closeTo(want[1], 9)]);
  });
});

describe('held against the intervals', () => {
  const whole = (micro: bigint, coverage = 1) => ({ micro, coverage });
  const AGREED: RegisterComparison = {
    registers: new Map<TariffRegister, ReturnType<typeof whole>>([
      ['t2', whole(100_000_000n)],
      ['t4', whole(50_000_000n)],
    ]),
    byPeriod: [
      { period: 'peak', micro: 100_000_000n, picoYuan: 0n },
      { period: 'valley', micro: 30_000_000n, picoYuan: 0n },
      { period: 'deep', micro: 20_000_000n, picoYuan: 0n },
    ],
    intervalCoverage: 1,
    slackMicro: 20_000n,
  };
  const peak = (micro: bigint): RegisterComparison['byPeriod'] => [{ period: 'peak', micro, picoYuan: 0n }];
  const only = (register: TariffRegister, amount: ReturnType<typeof whole>) => new Map([[register, amount]]);
  test.each([
    ['deep valley counts in t4', {}, 'agrees'],
    ['at the limit', { registers: only('t2', whole(100_000_000n)), byPeriod: peak(102_020_000n) }, 'agrees'],
    ['above the limit', { registers: only('t2', whole(100_000_000n)), byPeriod: peak(102_020_001n) }, 'deviates'],
    ['below the limit', { registers: only('t2', whole(100_000_000n)), byPeriod: peak(97_979_999n) }, 'deviates'],
    [
      'a period that the register never saw',
      { registers: only('t1', whole(0n)), byPeriod: [{ period: 'sharp', micro: 20_001n, picoYuan: 0n }] },
      'deviates',
    ],
    [
      'within the resolution of a register that never moved',
      { registers: only('t1', whole(0n)), byPeriod: [{ period: 'sharp', micro: 20_000n, picoYuan: 0n }] },
      'agrees',
    ],
    ['intervals missing', { intervalCoverage: 0.9, byPeriod: peak(1n) }, 'incomplete'],
    ['a register missing', { registers: only('t2', whole(1n, 0.5)) }, 'incomplete'],
    ['no registers', { registers: new Map() }, 'no-registers'],
    ['no periods', { byPeriod: null }, 'no-time-of-use'],
  ] as [string, Partial<RegisterComparison>, string][])('%s', (_name, change, verdict) => {
    expect(compareRegisters({ ...AGREED, ...change }).verdict).toBe(verdict);
  });
});
