import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createZone } from '../../../domain/zone.ts';
import {
  type JointMember,
  jointSums,
  type JointSum,
  periodsOfStep,
  type StoredPeriod,
  widestPeriods,
} from '../../../services/usage/joint-sums.ts';
import { periodBounds } from '../../../services/usage/periods.ts';
import type { MeterUsage } from '../../../storage/series/port.ts';

const zone = createZone('Europe/Berlin');
const HOUR = 3_600_000;
/** Ten days around the night in which the clocks go ahead: one has 23 hours. */
const FROM = zone.at(2026, 3, 25);
const TO = zone.at(2026, 4, 4);
const HOURS = (TO - FROM) / HOUR;

/** A store of hours, and of the days and months that sum them; counts the questions. */
function storeOf(hours: readonly MeterUsage[]) {
  const asked: string[] = [];
  return {
    asked,
    meterUsage: (step: 'hour' | 'day' | 'month', ids: readonly string[], fromMs: number, toMs: number) => {
      asked.push(step);
      const sums = new Map<string, MeterUsage>();
      for (const hour of hours) {
        if (!ids.includes(hour.meter)) continue;
        const [startMs = 0, endMs = 0] = periodBounds(zone, step, hour.startMs, hour.startMs + 1);
        if (startMs < fromMs || startMs >= toMs) continue;
        const key = `${hour.meter} ${startMs}`;
        const sum = sums.get(key) ?? { ...hour, startMs, endMs, micro: 0n, measuredMs: 0, missingMs: endMs - startMs };
        sum.micro += hour.micro;
        sum.measuredMs += hour.measuredMs;
        sum.missingMs -= hour.measuredMs;
        sums.set(key, sum);
      }
      return Promise.resolve([...sums.values()]);
    },
  };
}

const hourOf = (meter: string, index: number, micro: bigint, knownMs = HOUR): MeterUsage => ({
  meter,
  startMs: FROM + index * HOUR,
  endMs: FROM + (index + 1) * HOUR,
  micro,
  measuredMs: knownMs,
  estimatedMs: 0,
  manualMs: 0,
  missingMs: HOUR - knownMs,
});

const added = (sums: readonly JointSum[]): { knownMs: number; amounts: Record<string, bigint> } => {
  const amounts: Record<string, bigint> = {};
  for (const sum of sums) for (const [id, { micro }] of sum.joint) amounts[id] = (amounts[id] ?? 0n) + micro;
  return { knownMs: sums.reduce((total, { knownMs }) => total + knownMs, 0), amounts };
};

test('hours, days, months and what is widest agree, whatever is missing where', async () => {
  const meters = ['main', 'a', 'b'];
  // Runs of hours that are known, known in part, or missing.
  const runs = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.constantFrom(HOUR, HOUR, HOUR, HOUR / 2, 0)), {
    minLength: 1,
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(runs, { minLength: 3, maxLength: 3 }), fc.boolean(), async (lives, isLate) => {
      const hours: MeterUsage[] = [];
      for (const [at, life] of lives.entries()) {
        let index = 0;
        for (const [length, knownMs] of [...life, [HOURS, HOUR] as const])
          for (let n = 0; n < length && index < HOURS; n++, index++)
            if (knownMs > 0)
              hours.push(hourOf(meters[at]!, index, BigInt(1 + ((index * 7919 + at * 31) % 1000)), knownMs));
      }
      // A meter that comes in the middle is not missing before; its hours there are none of it.
      const fromMs = isLate ? FROM + 60 * HOUR : undefined;
      const there = hours.filter(({ meter, startMs }) => meter !== 'b' || startMs >= (fromMs ?? 0));
      const members: JointMember[] = [{ id: 'main' }, { id: 'a' }, { id: 'b', fromMs }];
      const store = storeOf(there);

      const want: Record<string, bigint> = {};
      let knownMs = 0;
      for (let index = 0; index < HOURS; index++) {
        const startMs = FROM + index * HOUR;
        const rows = there.filter((row) => row.startMs === startMs && row.missingMs === 0);
        const expected = startMs < (fromMs ?? 0) ? 2 : 3;
        if (rows.length < expected) continue;
        knownMs += HOUR;
        for (const id of meters) want[id] = (want[id] ?? 0n) + (rows.find(({ meter }) => meter === id)?.micro ?? 0n);
      }
      const amounts = knownMs === 0 ? {} : want;
      for (const step of ['hour', 'day'] as const) {
        const sums = await jointSums(store, zone, members, periodsOfStep(zone, step, FROM, TO));
        expect(added(sums)).toEqual({ knownMs, amounts });
      }
      const months = periodsOfStep(zone, 'month', zone.at(2026, 3, 1), zone.at(2026, 5, 1));
      expect(added(await jointSums(store, zone, members, months))).toEqual({ knownMs, amounts });
      expect(added(await jointSums(store, zone, members, widestPeriods(zone, FROM, TO)))).toEqual({ knownMs, amounts });
    }),
    { numRuns: 60 },
  );
});

test('what is whole is not looked into, and what is wholly missing neither', async () => {
  const hours = Array.from({ length: HOURS }, (_, index) => hourOf('main', index, 5n));
  const store = storeOf(hours);
  const days = periodsOfStep(zone, 'day', FROM, TO);
  const whole = await jointSums(store, zone, [{ id: 'main' }], days);
  expect(whole.map(({ knownMs }) => knownMs / HOUR)).toEqual([24, 24, 24, 24, 23, 24, 24, 24, 24, 24]);
  const none = await jointSums(store, zone, [{ id: 'main' }, { id: 'dead' }], days);
  expect(none.map(({ knownMs, joint }) => [knownMs, joint.size])).toEqual(days.map(() => [0, 0]));
  expect(store.asked).toEqual(['day', 'day']);
  expect(none[0]!.own.get('dead')).toMatchObject({ measuredMs: 0, missingMs: 24 * HOUR });
});

const widest: [string, number, number, string[]][] = [
  ['a month', zone.at(2026, 3, 1), zone.at(2026, 4, 1), ['month']],
  ['a year', zone.at(2026, 1, 1), zone.at(2027, 1, 1), Array.from({ length: 12 }, () => 'month')],
  ['days of a month', zone.at(2026, 3, 2), zone.at(2026, 3, 4), ['day', 'day']],
  ['days, a month, days', zone.at(2026, 2, 27), zone.at(2026, 4, 2), ['day', 'day', 'month', 'day']],
  ['over the end of a month', zone.at(2026, 3, 31), zone.at(2026, 4, 2), ['day', 'day']],
];
test.each(widest)('the widest periods: %s', (_name, fromMs, toMs, levels) => {
  const periods: StoredPeriod[] = widestPeriods(zone, fromMs, toMs);
  expect(periods.map(({ level }) => level)).toEqual(levels);
  expect(periods[0]!.startMs).toBe(fromMs);
  expect(periods.at(-1)!.endMs).toBe(toMs);
  for (const [index, { startMs }] of periods.entries()) if (index > 0) expect(startMs).toBe(periods[index - 1]!.endMs);
});
