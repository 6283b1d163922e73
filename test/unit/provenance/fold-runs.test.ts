import { expect, test } from 'vitest';

import { registerToMicro } from '../../../domain/micro.ts';
import type { MeterAccount } from '../../../services/provenance/account.ts';
import { answerAccount } from '../../../services/provenance/answer-account.ts';
import { createRunFold } from '../../../services/provenance/fold-runs.ts';
import { createPointNames } from '../../../services/provenance/name-points.ts';
import { traceRegister } from '../../../services/provenance/trace-register.ts';
import { newAccount } from '../../../services/usage/account-state.ts';
import { buildIntervals } from '../../../services/usage/build-intervals.ts';
import { gapLimits } from '../../../services/usage/interval-code.ts';
import { baseStepMs, type UsageMeter } from '../../../services/usage/meter-config.ts';
import { gridFloor } from '../../../services/usage/periods.ts';
import { readingsThatCount } from '../../../services/usage/readings-that-count.ts';
import { registerPlan } from '../../../services/usage/register-plan.ts';
import { amountFromAccount } from '../../support/provenance-client.ts';
import { LIFE_END_MS, LIFE_ZONE as zone, lifeOf, plainMeter, seededRandom } from '../../support/random-life.ts';

const HOUR = 3_600_000;
const start = zone.at(2026, 6, 1);
const at = (hours: number): number => start + Math.round(hours * HOUR);

/** Readings as [hours since the start, register]. */
type Reading = readonly [number, number];

function accountOf(
  meter: UsageMeter,
  readings: { times: Float64Array; values: Float64Array },
  fromMs: number,
  toMs: number,
): MeterAccount {
  const plan = registerPlan(meter, zone);
  const fold = createRunFold({
    kind: 'register',
    fromMs,
    toMs,
    plan,
    names: createPointNames(meter, plan),
    limits: gapLimits(baseStepMs(meter), meter.expectedIntervalS * 1000),
    shapeOf: () => undefined,
  });
  const counted = readingsThatCount(readings, plan);
  for (const traced of traceRegister({ state: newAccount(), readings: counted, plan, knownToMs: LIFE_END_MS }))
    fold.take(traced);
  return { meter: meter.id, fromMs, toMs, ...fold.finish() };
}

const series = (readings: readonly Reading[]): { times: Float64Array; values: Float64Array } => ({
  times: Float64Array.from(readings, ([hours]) => at(hours)),
  values: Float64Array.from(readings, ([, register]) => register),
});

/** A meter read every hour. */
const hourly = (over: Partial<UsageMeter> = {}): UsageMeter => ({
  ...plainMeter('m'),
  expectedIntervalS: 3600,
  ...over,
});
const from = (date: string, multiplier: number): UsageMeter['multipliers'][number] => ({
  multiplier,
  validFrom: date,
  validTo: null,
});

/** A run as [why it begins, first → last register, multiplier, amount]. */
function runsOf({ runs }: ReturnType<typeof answerAccount>): (string | number)[][] {
  return runs.map(({ begins, first, last, multiplier, amountMicro, rollovers }) => [
    begins,
    `${first.register}${first.source === 'reading' ? '' : `(${first.source})`} → ${last.register}${last.source === 'reading' ? '' : `(${last.source})`}${rollovers.length > 0 ? ` over ${rollovers.length}` : ''}`,
    multiplier,
    Number(amountMicro) / 1e6,
  ]);
}

const cases: {
  name: string;
  meter?: Partial<UsageMeter>;
  readings: readonly Reading[];
  range?: readonly [number, number];
  runs: (string | number)[][];
  leftOut?: [string, number][];
}[] = [
  {
    name: 'a register that only rises is one run, whatever its gaps',
    readings: [0, 1, 2, 9, 10].map((hour) => [hour, 100 + hour]),
    range: [0, 10],
    runs: [['first-reading', '100 → 110', 1, 10]],
  },
  {
    name: 'a range that begins and ends between readings is cut by time',
    readings: [
      [0.5, 10],
      [2.5, 14],
      [4.5, 24],
    ],
    range: [1, 4],
    runs: [['range', '10 → 24', 1, 3 + 7.5]],
  },
  {
    name: 'a range within two readings is one run of both',
    readings: [
      [0, 0],
      [10, 10],
    ],
    range: [2, 5],
    runs: [['range', '0 → 10', 1, 3]],
  },
  {
    name: 'a rollover ends no run',
    readings: [
      [0, 990],
      [1, 998],
      [2, 3],
      [3, 10],
    ],
    range: [0, 3],
    runs: [['first-reading', '990 → 10 over 1', 1, 20]],
  },
  {
    name: 'a replacement ends a run at its closing register and begins one at its opening register',
    meter: {
      events: [{ kind: 'replacement', atMs: at(1.5), closingRegister: 12, openingRegister: 500 }],
    },
    readings: [
      [0, 10],
      [1, 11],
      [2, 501],
      [3, 502],
    ],
    range: [0, 3],
    runs: [
      ['first-reading', '10 → 12(event)', 1, 2],
      ['replacement', '500(event) → 502', 1, 2],
    ],
  },
  {
    name: 'a replacement that nobody read leaves out what lies between two readings',
    meter: {
      events: [{ kind: 'replacement', atMs: at(1.5), closingRegister: null, openingRegister: null }],
    },
    readings: [
      [0, 10],
      [1, 11],
      [2, 501],
      [3, 502],
    ],
    range: [0, 3],
    runs: [
      ['first-reading', '10 → 11', 1, 1],
      ['replacement', '501 → 502', 1, 1],
    ],
  },
  {
    name: 'a multiplier that begins between two readings cuts the register there',
    meter: { multipliers: [from('1970-01-01', 1), from('2026-06-02', 40)] },
    readings: [
      [23.5, 10],
      [24.5, 12],
      [25, 13],
    ],
    range: [23, 25],
    runs: [
      ['first-reading', '10 → 11(interpolated)', 1, 1],
      ['multiplier', '11(interpolated) → 13', 40, 80],
    ],
  },
  {
    name: 'an outlier is left out and ends no run',
    meter: { ratedMaximum: 10 },
    readings: [
      [0, 100],
      [1, 101],
      [2, 900],
      [3, 103],
      [4, 104],
    ],
    range: [0, 4],
    runs: [['first-reading', '100 → 104', 1, 4]],
    leftOut: [['suspect', 1]],
  },
  {
    name: 'a new level begins a run, and the step counts nowhere',
    meter: { ratedMaximum: 10 },
    readings: [
      [0, 100],
      [1, 101],
      [2, 501],
      [3, 502],
      [4, 503],
    ],
    range: [0, 4],
    runs: [
      ['first-reading', '100 → 101', 1, 1],
      ['new-level', '501 → 503', 1, 2],
    ],
    leftOut: [['new-level', 0]],
  },
  {
    name: 'a register that a person read bounds a run by its id',
    meter: { manual: [{ id: 'r1', atMs: at(5), register: 120 }] },
    readings: [
      [0, 100],
      [1, 101],
    ],
    range: [0, 5],
    runs: [['first-reading', '100 → 120(manual)', 1, 20]],
  },
  {
    name: 'a reset that was decided begins at zero',
    meter: {
      decisions: [
        {
          id: 'd1',
          kind: 'reset',
          fromMs: at(1.5),
          toMs: null,
          register: null,
          closingRegister: 12,
          openingRegister: null,
          multiplier: null,
        },
      ],
    },
    readings: [
      [0, 10],
      [1, 11],
      [2, 0.5],
      [3, 1],
    ],
    range: [0, 3],
    runs: [
      ['first-reading', '10 → 12(decision)', 1, 2],
      ['reset', '0(decision) → 1', 1, 1],
    ],
  },
];

for (const { name, meter, readings, range: [fromHour, toHour] = [0, 24] as const, runs, leftOut = [] } of cases)
  test(`runs: ${name}`, async () => {
    const answer = answerAccount(accountOf(hourly(meter), series(readings), at(fromHour), at(toHour)), zone);
    expect(runsOf(answer)).toEqual(runs);
    expect(answer.leftOut.map((one) => [one.reason, one.readings])).toEqual(leftOut);
    expect(await amountFromAccount(answer, { toMicro: registerToMicro })).toBe(BigInt(answer.amountMicro));
  });

test('a year of hourly readings is one run, bounded by two of them', () => {
  const readings = series(Array.from({ length: 8760 }, (_, hour): Reading => [hour, hour * 2]));
  const { runs, gaps, more } = accountOf(hourly({ registerModulus: null }), readings, at(0), at(8759));
  expect(runs.map(({ first, last, readings: count }) => [first.register, last.register, count])).toEqual([
    [0, 17_518, 8760],
  ]);
  expect([gaps, more]).toEqual([[], false]);
});

test('what an account says makes its amount, and its amount is the sum of the intervals, over any life and range', async () => {
  for (let seed = 1; seed <= 400; seed++) {
    const random = seededRandom(seed);
    const { meter, rows } = lifeOf('m', random);
    const stored = {
      times: Float64Array.from(rows, ({ observedAtMs }) => observedAtMs),
      values: Float64Array.from(rows, ({ value }) => value),
    };
    const plan = registerPlan(meter, zone);
    const stepMs = baseStepMs(meter);
    const firstMs = gridFloor(zone, Math.min(stored.times[0]!, ...(meter.events ?? []).map(({ atMs }) => atMs)), HOUR);
    const { starts, values } = buildIntervals({
      meter: 'm',
      fromMs: firstMs,
      stepMs,
      expectedMs: 1_800_000,
      plan,
      state: newAccount(),
      readings: readingsThatCount(stored, plan),
    });
    for (let range = 0; range < 3; range++) {
      const fromMs = firstMs + Math.floor(random() * 200) * HOUR;
      const toMs = fromMs + HOUR + Math.floor(random() * 100) * HOUR;
      let want = 0n;
      for (const [index, ms] of starts.entries()) if (ms >= fromMs && ms < toMs) want += values[index]!;
      const account = accountOf(meter, stored, fromMs, toMs);
      const answer = answerAccount(account, zone);
      expect(answer.amountMicro, `seed ${seed}`).toBe(String(want));
      if (answer.more) continue;
      expect(await amountFromAccount(answer, { toMicro: registerToMicro }), `seed ${seed}`).toBe(want);
    }
  }
});
