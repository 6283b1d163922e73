import fc from 'fast-check';
import { expect, test } from 'vitest';

import { registerToMicro } from '../../../domain/micro.ts';
import { QUALITIES } from '../../../domain/quality.ts';
import { createZone } from '../../../domain/zone.ts';
import { newAccount, stateFromText } from '../../../services/usage/account-state.ts';
import { buildIntervals } from '../../../services/usage/build-intervals.ts';
import { isPartial, qualityOf } from '../../../services/usage/interval-code.ts';
import type { RegisterEvent, UsageMeter } from '../../../services/usage/meter-config.ts';
import { registerPlan } from '../../../services/usage/register-plan.ts';
import type { BaseUsage } from '../../../storage/series/port.ts';
import { lifeOf, seededRandom } from '../../support/random-life.ts';

const zone = createZone('Asia/Shanghai');
const QUARTER = 900_000;
/** Four quarter hours before a date at which a multiplier changes. */
const start = zone.at(2026, 6, 1) - 4 * QUARTER;
const at = (quarters: number): number => start + Math.round(quarters * QUARTER);

const meter = (over: Partial<UsageMeter> = {}): UsageMeter => ({
  id: 'm',
  medium: 'electricity',
  registerUnit: 'kWh',
  registerModulus: null,
  ratedMaximum: null,
  expectedIntervalS: 900,
  parentId: null,
  multipliers: [{ multiplier: 1, validFrom: '1970-01-01', validTo: null }],
  shares: [],
  ...over,
});

/** Readings as [quarter hours since the start, register]. */
type Reading = [number, number];

function built(of: UsageMeter, readings: readonly Reading[]): BaseUsage {
  return buildIntervals({
    meter: 'm',
    fromMs: start,
    stepMs: QUARTER,
    expectedMs: QUARTER,
    plan: registerPlan(of, zone),
    state: newAccount(),
    readings: {
      times: Float64Array.from(readings, ([quarters]) => at(quarters)),
      values: Float64Array.from(readings, ([, register]) => register),
    },
  });
}

function intervals(of: UsageMeter, readings: readonly Reading[]): (string | number)[][] {
  const { values, qualities } = built(of, readings);
  return Array.from(values, (micro, index) => {
    const code = qualities[index]!;
    return [Number(micro) / 1e6, QUALITIES[qualityOf(code)]! + (isPartial(code) ? '*' : '')];
  });
}

const fromJune = (before: number, after: number): UsageMeter['multipliers'] => [
  { multiplier: before, validFrom: '2020-01-01', validTo: '2026-06-01' },
  { multiplier: after, validFrom: '2026-06-01', validTo: null },
];
const replaced = (quarters: number, closing: number | null, opening: number | null, more = {}): RegisterEvent => ({
  kind: 'replacement',
  atMs: at(quarters),
  closingRegister: closing,
  openingRegister: opening,
  ...more,
});
const installed = (quarters: number, opening: number | null): RegisterEvent => ({
  ...replaced(quarters, null, opening),
  kind: 'installation',
});
const removed = (quarters: number, closing: number | null): RegisterEvent => ({
  ...replaced(quarters, closing, null),
  kind: 'removal',
});

const cases: { name: string; meter: UsageMeter; readings: Reading[]; want: (string | number)[][] }[] = [
  {
    name: 'a multiplier counts from its date on, what was before goes by the one before',
    meter: meter({ multipliers: fromJune(40, 80) }),
    readings: [
      [3, 100],
      [4, 101],
      [5, 102],
    ],
    want: [
      [0, 'missing'],
      [0, 'missing'],
      [0, 'missing'],
      [40, 'measured'],
      [80, 'measured'],
      [0, 'missing'],
    ],
  },
  {
    name: 'usage that straddles the date is split there by time, and its quality stays that of the whole gap',
    meter: meter({ multipliers: fromJune(10, 20) }),
    readings: [
      [0, 0],
      [8, 8],
    ],
    want: [
      ...Array.from({ length: 4 }, () => [10, 'estimated']),
      ...Array.from({ length: 4 }, () => [20, 'estimated']),
      [0, 'missing'],
    ],
  },
  {
    name: 'a rollover that straddles the date',
    meter: meter({ multipliers: fromJune(1, 100), registerModulus: 1000, ratedMaximum: 100 }),
    readings: [
      [3, 999],
      [5, 3],
    ],
    want: [
      [0, 'missing'],
      [0, 'missing'],
      [0, 'missing'],
      [2, 'interpolated'],
      [200, 'interpolated'],
      [0, 'missing'],
    ],
  },
  {
    name: 'before the first multiplier its own counts',
    meter: meter({ multipliers: [{ multiplier: 7, validFrom: '2026-06-01', validTo: null }] }),
    readings: [
      [0, 0],
      [1, 1],
    ],
    want: [
      [7, 'measured'],
      [0, 'missing'],
    ],
  },
  {
    name: 'a replacement: to the closing register by the old meter, from the opening register by the new one',
    meter: meter({ events: [replaced(1.5, 5001, 10)] }),
    readings: [
      [1, 5000],
      [2, 12],
      [3, 15],
    ],
    want: [
      [0, 'missing'],
      [3, 'measured'],
      [3, 'measured'],
      [0, 'missing'],
    ],
  },
  {
    name: 'a replacement without registers: the last reading stands, the next is the beginning, and none is suspect',
    meter: meter({ events: [replaced(1.5, null, null)] }),
    readings: [
      [0, 5000],
      [1, 5002],
      [2, 0],
      [3, 4],
    ],
    want: [
      [2, 'measured'],
      [0, 'missing'],
      [4, 'measured'],
      [0, 'missing'],
    ],
  },
  {
    name: 'each meter rolls over at its own modulus',
    meter: meter({
      registerModulus: 100_000,
      ratedMaximum: 40,
      events: [replaced(2, 3, 99_998, { registerModulusBefore: 1000, ratedMaximumBefore: 400 })],
    }),
    readings: [
      [1, 950],
      [3, 2],
    ],
    want: [
      [0, 'missing'],
      [53, 'measured'],
      [4, 'measured'],
      [0, 'missing'],
    ],
  },
  {
    name: 'at the instant of a replacement the opening register stands in the place of a reading',
    meter: meter({ events: [replaced(1, 12, 100)] }),
    readings: [
      [0, 10],
      [1, 0],
      [2, 101],
    ],
    want: [
      [2, 'measured'],
      [1, 'measured'],
      [0, 'missing'],
    ],
  },
  {
    name: 'a reading at the instant of a replacement is of the new meter',
    meter: meter({ events: [replaced(1, 12, null)] }),
    readings: [
      [0, 10],
      [1, 500],
      [2, 501],
    ],
    want: [
      [2, 'measured'],
      [1, 'measured'],
      [0, 'missing'],
    ],
  },
  {
    name: 'what was counted before a removal is not counted again by readings behind it',
    meter: meter({ events: [installed(0, 10), removed(2, 13)] }),
    readings: [
      [1, 12],
      [3, 20],
      [4, 21],
    ],
    want: [
      [2, 'measured'],
      [1, 'measured'],
      [0, 'missing'],
      [0, 'missing'],
      [0, 'missing'],
    ],
  },
  {
    name: 'suspect readings of the old meter are nothing to the new one',
    meter: meter({ events: [replaced(2.5, null, 0)] }),
    readings: [
      [0, 100],
      [1, 5],
      [2, 6],
      [3, 1],
      [4, 3],
    ],
    want: [
      [0, 'missing'],
      [0, 'missing'],
      [1, 'measured*'],
      [2, 'measured'],
      [0, 'missing'],
    ],
  },
  {
    name: 'two replacements between two readings',
    meter: meter({ events: [replaced(1, 11, 500), replaced(2, 502, 0)] }),
    readings: [
      [0, 10],
      [3, 3],
    ],
    want: [
      [1, 'measured'],
      [2, 'measured'],
      [3, 'measured'],
      [0, 'missing'],
    ],
  },
  {
    name: 'an installation: usage from its opening register on, readings before it do not count',
    meter: meter({ events: [installed(2, 100)] }),
    readings: [
      [0, 1],
      [1, 2],
      [3, 104],
    ],
    want: [
      [0, 'missing'],
      [0, 'missing'],
      [4, 'measured'],
      [0, 'missing'],
    ],
  },
  {
    name: 'a removal: usage up to its closing register, readings after it do not count',
    meter: meter({ events: [removed(1.5, 13)] }),
    readings: [
      [0, 10],
      [1, 12],
      [2, 14],
      [3, 15],
    ],
    want: [
      [2, 'measured'],
      [1, 'measured*'],
      [0, 'missing'],
      [0, 'missing'],
    ],
  },
  {
    name: 'what a meter showed last counts though no reading follows',
    meter: meter({ events: [removed(2, 13)] }),
    readings: [
      [0, 10],
      [1, 12],
    ],
    want: [
      [2, 'measured'],
      [1, 'measured'],
      [0, 'missing'],
    ],
  },
  {
    name: 'a reading at the instant of a removal that says nothing itself still counts',
    meter: meter({ events: [removed(1, null)] }),
    readings: [
      [0, 10],
      [1, 12],
      [2, 14],
    ],
    want: [
      [2, 'measured'],
      [0, 'missing'],
      [0, 'missing'],
    ],
  },
];

for (const { name, meter: of, readings, want } of cases)
  test(name, () => expect(intervals(of, readings)).toEqual(want));

test('a register in another unit: what an event says is in it too', () => {
  const of = meter({ registerUnit: 'MWh', events: [replaced(1, 2, 0)] });
  expect(
    intervals(of, [
      [0, 1500],
      [2, 250],
    ]).map(([usage]) => usage),
  ).toEqual([500, 250, 0]);
});

test('the intervals of any devices and multipliers sum to each register difference × the multiplier in force', () => {
  // In hundredths of a unit. Rises within a tenth of the modulus, so that every fall is a rollover.
  const device = fc.record({
    opening: fc.integer({ min: 0, max: 9_999 }),
    rises: fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 12 }),
  });
  fc.assert(
    fc.property(
      fc.array(device, { minLength: 1, maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 3 * QUARTER }), { minLength: 80, maxLength: 80 }),
      fc.constantFrom(1, 40, 0.1),
      fc.constantFrom(1, 60, 2000),
      (devices, gaps, before, after) => {
        const events: RegisterEvent[] = [];
        const readings: Reading[] = [];
        const change = zone.at(2026, 6, 1) - start;
        const inMicro = (hundredths: number): bigint => BigInt(hundredths) * 10_000n;
        let [ms, next, want] = [0, 0, 0n];
        const step = (): number => (ms += gaps[next++]!) / QUARTER;
        for (const [index, { opening, rises }] of devices.entries()) {
          if (index === 0) events.push(installed(step(), opening / 100));
          else events.at(-1)!.openingRegister = opening / 100;
          let [lastMs, from] = [ms, opening];
          for (const [i, rise] of rises.entries()) {
            const quarters = step();
            const to = (from + rise) % 10_000;
            const upTo = (by: number): bigint =>
              registerToMicro(to / 100, by) + (to < from ? registerToMicro(100, by) : 0n);
            if (lastMs < change && change < ms) {
              // The register at the change, as the millionths that it had reached.
              const reached = inMicro(from) + (inMicro(rise) * BigInt(change - lastMs)) / BigInt(ms - lastMs);
              const register = Number(reached) / 1e6;
              want += registerToMicro(register, before) - registerToMicro(from / 100, before);
              want += upTo(after) - registerToMicro(register, after);
            } else {
              const by = lastMs < change ? before : after;
              want += upTo(by) - registerToMicro(from / 100, by);
            }
            [from, lastMs] = [to, ms];
            if (i + 1 < rises.length) readings.push([quarters, to / 100]);
            else events.push(replaced(quarters, to / 100, null));
          }
        }
        const of = meter({ registerModulus: 100, events, multipliers: fromJune(before, after) });
        expect(built(of, readings).values.reduce((a, b) => a + b, 0n)).toBe(want);
      },
    ),
    { numRuns: 300 },
  );
});

test('from the state at any interval the rest is made as it was from the beginning', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const random = seededRandom(seed);
      const { meter: of, rows } = lifeOf('m', random);
      const stepMs = 1_800_000;
      const firstMs = zone.dayStart(rows[0]!.observedAtMs - 5 * 3_600_000);
      const from = (fromMs: number, state = newAccount()): BaseUsage => {
        const readings = rows.filter(({ observedAtMs }) => observedAtMs >= fromMs);
        return buildIntervals({
          meter: 'm',
          fromMs,
          stepMs,
          expectedMs: stepMs,
          plan: registerPlan(of, zone),
          state,
          readings: {
            times: Float64Array.from(readings, ({ observedAtMs }) => observedAtMs),
            values: Float64Array.from(readings, ({ value }) => value),
          },
        });
      };
      const whole = from(firstMs);
      // Anywhere, and right behind what happened to the register.
      const anywhere = Array.from({ length: 4 }, () => Math.floor(random() * whole.starts.length));
      const behind = (of.events ?? []).flatMap(({ atMs }) =>
        [1, 2].map((n) => Math.floor((atMs - firstMs) / stepMs) + n),
      );
      for (const index of [...anywhere, ...behind.filter((one) => one < whole.starts.length)]) {
        const fromMs = whole.starts[index]!;
        const last = rows.findLast(({ observedAtMs }) => observedAtMs < fromMs);
        const point = last && { atMs: last.observedAtMs, register: last.value };
        const rest = from(fromMs, stateFromText(whole.states[index]!, point));
        expect([...rest.values]).toEqual([...whole.values].slice(index));
        expect([...rest.qualities]).toEqual([...whole.qualities].slice(index));
        expect(rest.states).toEqual(whole.states.slice(index));
      }
    }),
    { numRuns: 150 },
  );
});
