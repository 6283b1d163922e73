import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createZone, type Zone } from '../../../domain/zone.ts';
import { newAccount, stateFromText, type AccountState, type Point } from '../../../services/usage/account-state.ts';
import { buildIntervals } from '../../../services/usage/build-intervals.ts';
import type { BuiltUsage } from '../../../services/usage/interval-input.ts';
import { createLocalDays } from '../../../services/usage/local-days.ts';
import { baseStepMs, type UsageMeter } from '../../../services/usage/meter-config.ts';
import { gridFloor, periodBounds } from '../../../services/usage/periods.ts';
import { readingsFrom, readingsThatCount } from '../../../services/usage/readings-that-count.ts';
import { registerPlan } from '../../../services/usage/register-plan.ts';
import { sumPeriods } from '../../../services/usage/sum-periods.ts';
import type { UsageSettings } from '../../../services/usage/usage-settings.ts';
import { createMemoryUsage } from '../../support/memory-usage.ts';
import { seededRandom } from '../../support/random-life.ts';
import { registerHistory } from '../../support/register-history.ts';

const ZONES = ['Asia/Shanghai', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe'].map((name) => {
  const zone = createZone(name);
  const settings: UsageSettings = { days: createLocalDays(zone), likeDayWeeks: 8, stuckDays: 1 };
  return { zone, settings };
});

interface Place {
  zone: Zone;
  settings: UsageSettings;
}

const seriesOf = (readings: readonly (readonly [number, number])[]) => ({
  times: Float64Array.from(readings, ([ms]) => ms),
  values: Float64Array.from(readings, ([, register]) => register),
});

function made(
  meter: UsageMeter,
  readings: readonly (readonly [number, number])[],
  { zone, settings }: Place,
  resumed?: { fromMs: number; state: AccountState; whole: BuiltUsage },
): BuiltUsage {
  const plan = registerPlan(meter, zone);
  const counted = readingsThatCount(seriesOf(readings), plan);
  const stepMs = baseStepMs(meter);
  const fromMs = resumed?.fromMs ?? gridFloor(zone, readings[0]![0], stepMs);
  return buildIntervals({
    meter: meter.id,
    fromMs,
    stepMs,
    expectedMs: meter.expectedIntervalS * 1000,
    plan,
    state: resumed?.state ?? newAccount(),
    readings: readingsFrom(counted, fromMs),
    settings,
    ...(resumed === undefined ? {} : { history: resumed.whole }),
  });
}

const sum = (values: Iterable<bigint>): bigint => [...values].reduce((a, b) => a + b, 0n);

test('Σ intervals = Σ register differences × multiplier, whatever happened; hours, days and months agree with them', () => {
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom(...ZONES), (seed, place) => {
      const { zone } = place;
      const { meter, readings, wantMicro } = registerHistory(seed, zone);
      const built = made(meter, readings, place);
      expect(sum(built.values)).toBe(wantMicro);
      expect(built.values.every((value) => value >= 0n)).toBe(true);
      const byStep = (['hour', 'day', 'month'] as const).map((step) =>
        sumPeriods('m', built, periodBounds(zone, step, built.fromMs, built.toMs), baseStepMs(meter)),
      );
      for (const periods of byStep) expect(sum(periods.map(({ micro }) => micro))).toBe(wantMicro);
      const [, days, months] = byStep;
      for (const month of months!) {
        const within = days!.filter(({ startMs }) => startMs >= month.startMs && startMs < month.endMs);
        expect(sum(within.map(({ micro }) => micro))).toBe(month.micro);
      }
    }),
    { numRuns: 1500 },
  );
}, 120_000);

test('from the state at any interval the rest is made as it was from the beginning, findings too', () => {
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom(...ZONES), fc.infiniteStream(fc.nat()), (seed, place, picks) => {
      const { meter, readings } = registerHistory(seed, place.zone);
      const whole = made(meter, readings, place);
      for (let i = 0; i < 6; i++) {
        const index = picks.next().value! % whole.starts.length;
        const fromMs = whole.starts[index]!;
        const last = readings.findLast(([ms]) => ms < fromMs);
        const point: Point | undefined = last && { atMs: last[0], register: last[1] };
        const state = stateFromText(whole.states[index]!, point);
        const rest = made(meter, readings, place, { fromMs, state, whole });
        expect([...rest.values]).toEqual([...whole.values].slice(index));
        expect([...rest.qualities]).toEqual([...whole.qualities].slice(index));
        expect(rest.states).toEqual(whole.states.slice(index));
        expect(rest.findings).toEqual(whole.findings.filter(({ toMs }) => toMs >= fromMs));
      }
    }),
    { numRuns: 600 },
  );
}, 120_000);

test('late, shuffled, corrected and decided later: the same as from nothing, findings too', () => {
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom(...ZONES), fc.double({ min: 0, max: 1 }), (seed, place, disorder) => {
      const { zone, settings } = place;
      const { meter, readings } = registerHistory(seed, zone, 2);
      const random = seededRandom(seed);
      const once = createMemoryUsage(meter, zone, settings);
      once.write(readings);
      once.run();

      // Decisions and manual readings come one by one; some are reversed, and made again.
      const { decisions = [], manual = [], ...rest } = meter;
      const known = (): UsageMeter => {
        const [some, others] = [decisions.filter(() => random() < 0.6), manual.filter(() => random() < 0.6)];
        return {
          ...rest,
          ...(some.length === 0 ? {} : { decisions: some }),
          ...(others.length === 0 ? {} : { manual: others }),
        };
      };
      // Half of the meters have them from the start: what the end makes anew would hide what was wrong before.
      const isSettled = random() < 0.5;
      const bit = createMemoryUsage(isSettled ? meter : rest, zone, settings);
      const lateness = new Map(
        readings.map((one) => [one, one[0] + random() * Math.max(0, disorder - 0.5) ** 3 * 86_400_000]),
      );
      const arriving = readings.toSorted((a, b) => lateness.get(a)! - lateness.get(b)!);
      for (let at = 0; at < arriving.length;) {
        const size = 1 + Math.floor(random() ** 4 * 30);
        const batch = arriving.slice(at, at + size);
        // Some come with another value first, some twice.
        if (random() < 0.1) bit.write(batch.map(([ms, register]) => [ms, register + 7] as const));
        if (random() < 0.2) bit.run();
        bit.write(random() < 0.1 ? [...batch, ...arriving.slice(0, at).slice(-3)] : batch);
        at += size;
        if (!isSettled && random() < 0.2) bit.useMeter(known());
        if (random() < 0.7) bit.run();
      }
      bit.run();
      bit.useMeter(meter);
      bit.run();
      expect(bit.stored()).toEqual(once.stored());
    }),
    { numRuns: 1500 },
  );
}, 120_000);
