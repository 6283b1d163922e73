import { describe, expect, test } from 'vitest';

import { createZone } from '../../../domain/zone.ts';
import { newAccount, stateFromText } from '../../../services/usage/account-state.ts';
import { buildIntervals } from '../../../services/usage/build-intervals.ts';
import { intervalCode } from '../../../services/usage/interval-code.ts';
import type { IntervalInput } from '../../../services/usage/interval-input.ts';
import { likeDaysOf } from '../../../services/usage/like-days.ts';
import { createLocalDays } from '../../../services/usage/local-days.ts';
import { needsHistory } from '../../../services/usage/needs-history.ts';
import type { BaseRun } from '../../../services/usage/sum-periods.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const zone = createZone('Asia/Shanghai');
const days = createLocalDays(zone);
const settings = { days, likeDayWeeks: 8, stuckDays: 7 };

test('days are told apart by what is published, not by their weekday alone', () => {
  const of = (month: number, day: number): string => {
    const { kind, weekday, season } = days.dayAt(zone.at(2026, month, day) + 5 * HOUR);
    return `${weekday} ${kind} ${season}`;
  };
  expect(of(3, 4)).toBe('3 working heating');
  expect(of(3, 7)).toBe('6 weekend heating');
  expect(of(5, 1)).toBe('5 holiday none');
  // A Saturday that is worked for a holiday elsewhere.
  expect(of(5, 9)).toBe('6 working none');
  expect(of(7, 6)).toBe('1 working cooling');
});

/** Measured hours from a local date on: `amountOf` the hour of day and the date, null where missing. */
function run(fromMs: number, toMs: number, amountOf: (hour: number, date: string) => number | null): BaseRun {
  const starts = Array.from({ length: (toMs - fromMs) / HOUR }, (_, index) => fromMs + index * HOUR);
  const amounts = starts.map((ms) => amountOf(zone.local(ms).hour, zone.date(ms)));
  return {
    starts: Float64Array.from(starts),
    values: BigInt64Array.from(amounts, (amount) => BigInt(Math.round((amount ?? 0) * 1e6))),
    qualities: Uint8Array.from(amounts, (amount) => intervalCode(amount === null ? 4 : 0, false, 0)),
  };
}

const likeOf = (history: BaseRun, fromMs: number, toMs: number): string[] =>
  likeDaysOf({ fromMs, toMs }, history, { stepMs: HOUR, days, weeks: 8 }).map(
    ({ day, level, likeDays }) =>
      `${zone.date(day.startMs)} ${level}: ${likeDays
        .map((like) => `${zone.date(like.day.startMs).slice(5)}${like.weight > 1 ? '!' : ''}`)
        .join(' ')}`,
  );

describe('like days', () => {
  const from = zone.at(2026, 6, 1);

  test('the nearest of the same weekday count twice, beside those of the same kind', () => {
    // A Wednesday and a Saturday in July: June is of the same season.
    const history = run(from, zone.at(2026, 7, 8), () => 1);
    expect(likeOf(history, zone.at(2026, 7, 8, 5), zone.at(2026, 7, 8, 9))).toEqual([
      '2026-07-08 same-weekday: 07-07 07-06 07-03 07-02 07-01! 06-30 06-24 06-17 06-10',
    ]);
    // 19 to 21 June are holidays.
    expect(likeOf(history, zone.at(2026, 7, 8, 5), zone.at(2026, 7, 12, 5)).at(-2)).toBe(
      '2026-07-11 same-weekday: 07-05 07-04! 06-28 06-27! 06-14 06-13! 06-06',
    );
  });

  test('days that are not complete, or older than the weeks asked for, are none', () => {
    const history = run(zone.at(2026, 1, 1), zone.at(2026, 3, 4), (hour, date) =>
      date >= '2026-02-20' && hour === 7 ? null : 1,
    );
    const [told] = likeOf(history, zone.at(2026, 3, 4, 5), zone.at(2026, 3, 4, 9));
    expect(told).toMatch(/^2026-03-04 same-weekday: 02-/);
    expect(told).not.toContain('02-25');
    expect(told!.split(' ').every((word) => !/^\d\d-\d\d/.test(word) || (word >= '01-07' && word < '02-20'))).toBe(
      true,
    );
  });

  test('another season is taken only where there is no day of this one', () => {
    const history = run(zone.at(2026, 4, 1), zone.at(2026, 4, 16), () => 1);
    // 16 April: heating has ended the day before.
    expect(likeOf(history, zone.at(2026, 4, 16, 5), zone.at(2026, 4, 16, 9))[0]).toMatch(
      /^2026-04-16 same-kind: 04-15/,
    );
    expect(likeOf(history, zone.at(2026, 4, 15, 5), zone.at(2026, 4, 15, 9))[0]).toMatch(/^2026-04-15 same-weekday:/);
  });

  test('a holiday without a holiday before it is like any day', () => {
    const history = run(zone.at(2026, 9, 1), zone.at(2026, 9, 10), () => 1);
    expect(likeOf(history, zone.at(2026, 10, 1, 5), zone.at(2026, 10, 1, 9))[0]).toMatch(/^2026-10-01 any: 09-09/);
  });

  test('with no complete day at all there are none', () => {
    expect(
      likeOf(
        run(from, from, () => 1),
        from,
        from + HOUR,
      ),
    ).toEqual(['2026-06-01 undefined: ']);
  });
});

/** Three weeks of hours and a gap of a day behind them, resumed where the last reading before the gap stands. */
function gap(amountOf: (hour: number) => number, total: number, more: Partial<IntervalInput> = {}) {
  const fromMs = zone.at(2026, 3, 23, 12);
  const history = run(zone.at(2026, 3, 2), fromMs, amountOf);
  return {
    meter: 'm',
    fromMs,
    stepMs: HOUR,
    expectedMs: HOUR,
    plan: { rules: { modulus: undefined, ratedPerHour: undefined, multiplier: 1 } },
    state: stateFromText('', { atMs: fromMs - HOUR, register: 999 }),
    readings: { times: Float64Array.of(fromMs, fromMs + DAY), values: Float64Array.of(1000, 1000 + total) },
    settings,
    history,
    ...more,
  } satisfies IntervalInput;
}
const units = (values: BigInt64Array): number[] => Array.from(values, (micro) => Number(micro) / 1e6);

describe('the shape of a gap', () => {
  test('is that of like days, its total the register', () => {
    const made = units(buildIntervals(gap((hour) => (hour < 12 ? 1 : 3), 96)).values);
    expect(made.slice(0, 24)).toEqual([...Array<number>(12).fill(6), ...Array<number>(12).fill(2)]);
  });

  test('sums to the last digit, whatever the shape', () => {
    const { values } = buildIntervals(gap((hour) => [0, 0.000001, 7.3, 1 / 3, 0.5][hour % 5]!, 100.000007));
    expect(values.reduce((a, b) => a + b, 0n)).toBe(100_000_007n);
    expect(values.every((value) => value >= 0n)).toBe(true);
  });

  test('is flat where like days used nothing, or there are none', () => {
    const flat = [...Array<number>(24).fill(2)];
    expect(units(buildIntervals(gap(() => 0, 48)).values).slice(0, 24)).toEqual(flat);
    const { history: _, ...without } = gap(() => 1, 48);
    expect(units(buildIntervals(without).values).slice(0, 24)).toEqual(flat);
  });

  test('leaves empty what like days left empty', () => {
    const made = units(buildIntervals(gap((hour) => (hour >= 9 && hour < 11 ? 5 : 0), 48)).values);
    expect(made.slice(20, 24)).toEqual([0, 24, 24, 0]);
  });

  test('over a change of the multiplier each part is shaped by itself', () => {
    const input = gap((hour) => (hour < 12 ? 1 : 3), 96);
    const atMs = zone.at(2026, 3, 24);
    const plan = { rules: { ...input.plan.rules, multipliersFrom: [{ atMs, multiplier: 10 }] } };
    const made = units(buildIntervals({ ...input, plan }).values);
    expect(made.slice(0, 24)).toEqual([...Array<number>(12).fill(4), ...Array<number>(12).fill(40)]);
  });

  test('knows a day that the clock is set on', () => {
    const berlin = createZone('Europe/Berlin');
    const toMs = berlin.at(2026, 3, 29);
    const starts = Array.from(
      { length: (toMs - berlin.at(2026, 3, 9)) / HOUR },
      (_, index) => toMs - (index + 1) * HOUR,
    );
    starts.reverse();
    const history: BaseRun = {
      starts: Float64Array.from(starts),
      values: BigInt64Array.from(starts, (ms) => BigInt(berlin.local(ms).hour) * 1_000_000n),
      qualities: new Uint8Array(starts.length),
    };
    // The Sunday has 23 hours; the hour of two is not there.
    const input = gap(() => 1, 274, {
      fromMs: toMs,
      history,
      settings: { ...settings, days: createLocalDays(berlin) },
      state: stateFromText('', { atMs: toMs - HOUR, register: 999 }),
      readings: { times: Float64Array.of(toMs, toMs + 23 * HOUR), values: Float64Array.of(1000, 1274) },
    });
    const made = units(buildIntervals(input).values).slice(0, 23);
    expect(made).toEqual(Array.from({ length: 23 }, (_, index) => (index < 2 ? index : index + 1)));
  });
});

describe('needsHistory', () => {
  const dayOfWeeksBefore = zone.at(2026, 3, 23) - 56 * DAY;

  test('a long gap needs the weeks before it', () => {
    expect(needsHistory(gap(() => 1, 96))).toBe(dayOfWeeksBefore);
  });

  test('an ordinary register needs nothing', () => {
    const input = gap(() => 1, 96);
    const times = Float64Array.from({ length: 500 }, (_, hour) => input.fromMs + hour * HOUR);
    const readings = { times, values: Float64Array.from(times, (_, hour) => 1000 + hour) };
    expect(needsHistory({ ...input, readings })).toBeUndefined();
    // Readings that are left out may make a gap: a fall, or more than the meter is rated for.
    const values = readings.values.slice();
    values[100] = 0;
    expect(needsHistory({ ...input, readings: { times, values } })).toBe(zone.at(2026, 3, 27) - 56 * DAY);
    const rules = { ...input.plan.rules, ratedPerHour: 0.5 };
    expect(needsHistory({ ...input, readings, plan: { rules } })).toBe(dayOfWeeksBefore);
  });

  test('a meter that begins has nothing before', () => {
    expect(needsHistory(gap(() => 1, 96, { state: newAccount() }))).toBeUndefined();
  });

  test('a gap long behind needs nothing from before', () => {
    const input = gap(() => 1, 96);
    const times = Float64Array.from({ length: 2000 }, (_, hour) => input.fromMs + hour * HOUR);
    const values = Float64Array.from(times, (_, hour) => 1000 + hour);
    times[1999] = times[1999]! + 10 * HOUR;
    expect(needsHistory({ ...input, readings: { times, values } })).toBeUndefined();
  });

  test('of amounts only one of a long time does, of rates none', () => {
    const input = gap(() => 1, 96);
    const times = Float64Array.of(input.fromMs, input.fromMs + HOUR, input.fromMs + DAY);
    const rates = { times, values: Float64Array.of(5, 3, 4), isRegister: false as const };
    expect(needsHistory({ ...input, readings: rates })).toBeUndefined();
    const froms = (from: number) => Float64Array.of(Number.NaN, times[0]!, from);
    expect(needsHistory({ ...input, readings: { ...rates, froms: froms(times[1]!) } })).toBe(dayOfWeeksBefore);
    expect(needsHistory({ ...input, readings: { ...rates, froms: froms(times[2]! - HOUR) } })).toBeUndefined();
    expect(needsHistory({ ...input, readings: { ...rates, froms: froms(Number.NaN) } })).toBeUndefined();
  });

  test('what may rest is looked at against the weeks before it stood', () => {
    const input = gap(() => 1, 96);
    const times = Float64Array.from({ length: 200 }, (_, hour) => input.fromMs + hour * HOUR);
    const readings = { times, values: Float64Array.from(times, () => 1000) };
    expect(needsHistory({ ...input, readings })).toBeUndefined();
    expect(needsHistory({ ...input, readings, plan: { ...input.plan, mayRest: true } })).toBe(dayOfWeeksBefore);
  });
});
