import { expect, test } from 'vitest';

import { createZone } from '../../../domain/zone.ts';
import { yearlyUse } from '../../../services/overview/yearly-use.ts';
import type { UsageReader } from '../../../services/usage/usage-reader.ts';
import { collectKnownUsage } from '../../../storage/series/collect-known-usage.ts';

const HOUR_MS = 3_600_000;
const zone = createZone('Asia/Shanghai');

/** When meters of an institution are known; each counts a unit an hour. */
type Known = Record<string, readonly (readonly [from: string, to: string])[]>;

function usageOf(known: Known, nowMs: number, asked: string[] = []): Pick<UsageReader, 'knownUsage'> {
  return {
    knownUsage: async (institutions, fromMs, toMs, step) => {
      asked.push(step);
      const collected = collectKnownUsage(institutions);
      const next = (ms: number): number => (step === '1mo' ? zone.nextMonth(ms) : zone.nextDay(ms));
      for (const institution of institutions) {
        for (let startMs = fromMs; startMs < toMs; startMs = next(startMs)) {
          // As stored: of a meter there is nothing before its first reading, and nothing behind its last.
          for (const [from, to] of known[institution] ?? []) {
            const hoursKnown = (Math.min(next(startMs), nowMs, at(to)) - Math.max(startMs, at(from))) / HOUR_MS;
            if (hoursKnown <= 0) continue;
            const sum = { institution, medium: 'water', startMs, micro: BigInt(hoursKnown) * 1_000_000n } as const;
            collected.add({ ...sum, measuredMs: hoursKnown * HOUR_MS, estimatedMs: 0, manualMs: 0 });
          }
        }
      }
      return collected.finish();
    },
  };
}

const at = (date: string): number => Date.parse(`${date}T00:00:00+08:00`);
const hours = (from: string, to: string): bigint => BigInt((at(to) - at(from)) / HOUR_MS) * 1_000_000n;
const ALWAYS = ['2020-01-01', '2030-01-01'] as const;

async function water(known: Known, now: string, year = Number(now.slice(0, 4))) {
  const nowMs = Date.parse(now);
  const use = await yearlyUse({ usage: usageOf(known, nowMs), zone, nowMs }, Object.keys(known), year);
  expect(use.media.length).toBeLessThan(2);
  return use.media[0];
}

test.each([
  ['mid-year', '2026-05-15T10:00:00+08:00', '2026-05-15', '2025-05-15'],
  ['the last day of a month', '2026-04-30T23:00:00+08:00', '2026-04-30', '2025-04-30'],
  ['the first day of a month', '2026-04-01T23:00:00+08:00', '2026-04-01', '2025-04-01'],
  ['the last day of a year', '2026-12-31T23:00:00+08:00', '2026-12-31', '2025-12-31'],
  ['29 February, which has no counterpart', '2024-02-29T10:00:00+08:00', '2024-02-29', '2023-03-01'],
])('today is used, but not compared: %s', async (_name, now, until, untilBefore) => {
  const year = Number(now.slice(0, 4));
  const nowMs = Date.parse(now);
  const days = 2n * hours(`${year}-01-01`, until);
  const daysBefore = 2n * hours(`${year - 1}-01-01`, untilBefore);
  expect(await water({ a: [ALWAYS], b: [ALWAYS] }, now)).toMatchObject({
    medium: 'water',
    unit: 'm3',
    used: 2n * BigInt((nowMs - at(`${year}-01-01`)) / HOUR_MS) * 1_000_000n,
    usedDays: days,
    lastYearDays: daysBefore,
    comparable: days,
    lastYearComparable: daysBefore,
  });
});

test('the first day of a year: used, with nothing to compare', async () => {
  expect(await water({ a: [ALWAYS] }, '2026-01-01T01:00:00+08:00')).toMatchObject({
    used: 1_000_000n,
    usedDays: null,
    lastYearDays: null,
    comparable: null,
    lastYearComparable: null,
  });
});

test.each([
  ['of last year', '2025-05-15T10:00:00+08:00', '2025-05-15', '2024-05-15', 0n, 24n],
  ['of this year', '2024-05-15T10:00:00+08:00', '2024-05-15', '2023-05-15', 24n, 0n],
])('29 February %s counts in no comparison of whole months', async (_name, now, until, untilBefore, more, before) => {
  const year = Number(now.slice(0, 4));
  expect(await water({ a: [ALWAYS] }, now)).toMatchObject({
    comparable: hours(`${year}-01-01`, until) - more * 1_000_000n,
    lastYearComparable: hours(`${year - 1}-01-01`, untilBefore) - before * 1_000_000n,
  });
});

test.each<[string, Known, { comparable: [string, string][]; total: [string, string][] }]>([
  [
    'an institution connected this year is no rise',
    { old: [ALWAYS], new: [['2026-02-10', '2030-01-01']] },
    {
      comparable: [['01-01', '05-15']],
      total: [
        ['01-01', '05-15'],
        ['02-10', '05-15'],
      ],
    },
  ],
  [
    'one that was connected in the middle of last year is compared from there on, in whole months',
    { late: [['2025-03-10', '2030-01-01']] },
    { comparable: [['04-01', '05-15']], total: [['01-01', '05-15']] },
  ],
  [
    'a meter that died is no fall, nor are the meters beside it',
    { half: [ALWAYS, ['2020-01-01', '2026-03-20']] },
    {
      comparable: [
        ['01-01', '03-01'],
        ['01-01', '03-01'],
      ],
      total: [
        ['01-01', '05-15'],
        ['01-01', '03-20'],
      ],
    },
  ],
  [
    'a meter that died yesterday leaves the days before it comparable',
    { dead: [['2020-01-01', '2026-05-14']] },
    { comparable: [['01-01', '05-14']], total: [['01-01', '05-14']] },
  ],
  [
    'a meter read for the first time this year beside others',
    { more: [ALWAYS, ['2026-05-04', '2030-01-01']] },
    {
      comparable: [['01-01', '05-04']],
      total: [
        ['01-01', '05-15'],
        ['05-04', '05-15'],
      ],
    },
  ],
])('like with like: %s', async (_name, known, want) => {
  const use = await water(known, '2026-05-15T10:00:00+08:00');
  const sum = (year: string, ranges: [string, string][]): bigint =>
    ranges.reduce((all, [from, to]) => all + hours(`${year}-${from}`, `${year}-${to}`), 0n);
  expect(use).toMatchObject({
    usedDays: sum('2026', want.total),
    comparable: sum('2026', want.comparable),
    lastYearComparable: sum('2025', want.comparable),
  });
});

test('a medium that only last year knows has no use this year, not a use of 0', async () => {
  expect(await water({ a: [['2025-01-01', '2026-01-01']] }, '2026-05-15T10:00:00+08:00')).toMatchObject({
    used: null,
    usedDays: null,
    lastYearDays: hours('2025-01-01', '2025-05-15'),
    comparable: null,
    lastYearComparable: null,
    months: Array(12).fill(null),
  });
});

test('a medium that only this year knows has no comparison', async () => {
  expect(await water({ a: [['2026-01-01', '2030-01-01']] }, '2026-05-15T10:00:00+08:00')).toMatchObject({
    usedDays: hours('2026-01-01', '2026-05-15'),
    lastYearDays: null,
    comparable: null,
    lastYearComparable: null,
  });
});

test('of each institution, what is known of the year, and in how many of the months that are over', async () => {
  const nowMs = Date.parse('2026-05-15T10:00:00+08:00');
  const known: Known = { a: [ALWAYS], b: [['2026-02-10', '2026-03-10']], c: [] };
  const use = await yearlyUse({ usage: usageOf(known, nowMs), zone, nowMs }, ['a', 'b', 'c'], 2026);
  expect(use.monthsOver).toBe(4);
  expect([...use.monthsKnown]).toEqual([
    ['a water', 4],
    ['b water', 2],
  ]);
  expect(use.byInstitution.get('b water')).toBe(hours('2026-02-10', '2026-03-10'));
  expect(use.byInstitution.has('c water')).toBe(false);
});

test('a past year is compared whole, with a look at no day but 29 February', async () => {
  const nowMs = Date.parse('2026-05-15T10:00:00+08:00');
  const steps = async (year: number): Promise<string[]> => {
    const asked: string[] = [];
    const usage = usageOf({ a: [ALWAYS] }, nowMs, asked);
    const { media, monthsOver } = await yearlyUse({ usage, zone, nowMs }, ['a'], year);
    expect(monthsOver).toBe(12);
    expect(media[0]).toMatchObject({
      used: 8760_000_000n,
      comparable: 8760_000_000n,
      lastYearComparable: 8760_000_000n,
    });
    return asked;
  };
  expect(await steps(2023)).toEqual(['1mo']);
  expect(await steps(2025)).toEqual(['1mo', '1d']);
});
