import { describe, expect, test } from 'vitest';

import type { Finding } from '../../../domain/finding.ts';
import { createZone } from '../../../domain/zone.ts';
import { newAccount, stateFromText } from '../../../services/usage/account-state.ts';
import { buildIntervals } from '../../../services/usage/build-intervals.ts';
import type { BuiltUsage } from '../../../services/usage/interval-input.ts';
import { createLocalDays } from '../../../services/usage/local-days.ts';
import type { RegisterPlan, RegisterRules } from '../../../services/usage/register-plan.ts';

const HOUR = 3_600_000;
const zone = createZone('Asia/Shanghai');
const start = zone.at(2026, 3, 2);
const plain: RegisterRules = { modulus: undefined, ratedPerHour: undefined, multiplier: 1 };

/** Readings as [hours since the start, register]. */
type Reading = readonly [number, number];

function built(readings: readonly Reading[], plan: Partial<RegisterPlan> = {}, stuckDays = 7): BuiltUsage {
  return buildIntervals({
    meter: 'm',
    fromMs: start,
    stepMs: HOUR,
    expectedMs: HOUR,
    plan: { rules: plain, ...plan },
    state: newAccount(),
    readings: {
      times: Float64Array.from(readings, ([hours]) => start + hours * HOUR),
      values: Float64Array.from(readings, ([, register]) => register),
    },
    settings: { days: createLocalDays(zone), likeDayWeeks: 8, stuckDays },
  });
}

const told = (findings: readonly Finding[]): unknown[] =>
  findings.map(({ kind, fromMs, toMs, registerBefore, registerAfter }) => [
    kind,
    (fromMs - start) / HOUR,
    (toMs - start) / HOUR,
    registerBefore,
    registerAfter,
  ]);

/** One reading an hour. */
const hourly = (...registers: number[]): Reading[] => registers.map((register, hour) => [hour, register]);
const rated = (ratedPerHour: number, modulus?: number): RegisterPlan => ({
  rules: { modulus, ratedPerHour, multiplier: 1 },
});

const cases: { name: string; readings: Reading[]; plan?: Partial<RegisterPlan>; want: unknown[] }[] = [
  { name: 'an ordinary register', readings: hourly(1, 2, 3, 3, 4), want: [] },
  { name: 'one outlier', readings: hourly(10, 11, 0, 13, 14), want: [['outlier', 2, 2, 11, 0]] },
  {
    name: 'several that agree with nothing and with nobody are one outlier',
    readings: hourly(10, 11, 900, 300, 100, 12),
    plan: rated(20),
    want: [
      ['outlier', 2, 4, 11, 100],
      ['gap', 1, 5, null, null],
    ],
  },
  { name: 'at the end they are suspect', readings: hourly(10, 11, 5, 6), want: [['suspect', 2, 3, 11, 6]] },
  {
    name: 'three that agree are a new level',
    readings: hourly(10, 11, 5, 6, 7),
    want: [['new-level', 1, 2, 11, 5]],
  },
  {
    name: 'garbage before a new level lies within its step',
    readings: hourly(100, 101, 900, 20, 21, 22),
    plan: rated(20),
    want: [['new-level', 1, 3, 101, 20]],
  },
  {
    name: 'two falls are none',
    readings: hourly(100, 101, 50, 40, 102, 103),
    want: [
      ['outlier', 2, 3, 101, 40],
      ['gap', 1, 4, null, null],
    ],
  },
  {
    name: 'three are a register that runs backwards, told once it turns or nothing follows',
    readings: hourly(100, 101, 60, 50, 40),
    want: [['reversed', 1, 4, 101, 40]],
  },
  {
    name: 'it may return to where it was',
    readings: hourly(100, 101, 60, 50, 40, 102),
    want: [
      ['reversed', 1, 4, 101, 40],
      ['gap', 1, 5, null, null],
    ],
  },
  {
    name: 'a rollover',
    readings: hourly(990, 998, 6, 12),
    plan: rated(20, 1000),
    want: [['rollover', 1, 2, 998, 6]],
  },
  {
    name: 'a spike that no rated maximum forbids is taken back by the next reading',
    readings: hourly(10, 11, 5000, 13, 14),
    want: [['outlier', 2, 2, 11, 5000]],
  },
  {
    name: 'a zero that looks like a rollover too',
    readings: hourly(990, 991, 0, 993, 994),
    plan: { rules: { ...plain, modulus: 1000 } },
    want: [['outlier', 2, 2, 991, 0]],
  },
  {
    name: 'a register that is rounded up and down',
    readings: hourly(10, 10.02, 10.01, 10.03, 10.02),
    want: [],
  },
  {
    name: 'a gap of up to two expected intervals is none',
    readings: [
      [0, 1],
      [2, 3],
      [3, 4],
    ],
    want: [],
  },
  {
    name: 'gaps that follow each other are one',
    readings: [
      [0, 1],
      [3, 3],
      [7, 4],
      [8, 5],
      [9, 6],
      [12, 7],
    ],
    want: [
      ['gap', 0, 7, null, null],
      ['gap', 9, 12, null, null],
    ],
  },
  {
    name: 'a decision believes a rise',
    readings: hourly(10, 11, 500, 501),
    plan: { ...rated(20), believed: [{ fromMs: start + 2 * HOUR, toMs: start + 2 * HOUR + 1 }] },
    want: [],
  },
  {
    name: 'a decision believes a fall',
    readings: hourly(10, 11, 5, 6),
    plan: { believed: [{ fromMs: start + 2 * HOUR, toMs: start + 3 * HOUR }] },
    want: [],
  },
  {
    name: 'suspect readings that a replacement overtakes stay suspect',
    readings: hourly(10, 11, 5, 100, 101),
    plan: {
      changes: [{ atMs: start + 2.5 * HOUR, closing: undefined, opening: undefined, before: plain }],
    },
    want: [['suspect', 2, 2, 11, 5]],
  },
];

describe('findings', () => {
  for (const { name, readings, plan, want } of cases)
    test(name, () => expect(told(built(readings, plan).findings)).toEqual(want));
});

const standing = (days: number, more: number[] = []): Reading[] =>
  hourly(...Array.from({ length: 48 }, (_, hour) => hour), ...Array.from({ length: days * 24 }, () => 47), ...more);

test('a register that stands is told of after days, up to where it moves', () => {
  expect(built(standing(6)).findings).toEqual([]);
  expect(told(built(standing(7)).findings)).toEqual([['stuck', 47, 47 + 7 * 24, 47, 47]]);
  expect(told(built(standing(7, [48, 49])).findings)).toEqual([['stuck', 47, 47 + 7 * 24, 47, 47]]);
});

test('a register that never counted, or was not seen, is not stuck', () => {
  expect(built(hourly(...Array.from({ length: 24 * 10 }, () => 5))).findings).toEqual([]);
  const unseen: Reading[] = [
    [0, 1],
    [1, 2],
    [24 * 9, 2],
    [24 * 9 + 1, 2],
  ];
  expect(told(built(unseen).findings)).toEqual([['gap', 1, 24 * 9, null, null]]);
});

test('what stands by season is stuck only where days like these had usage', () => {
  const weeks = Array.from({ length: 21 * 24 }, (_, hour) => hour);
  const rest = Array.from({ length: 10 * 24 }, () => 21 * 24 - 1);
  const of = (fromMs: number): string[] => {
    const readings = [...weeks, ...rest];
    const made = buildIntervals({
      meter: 'm',
      fromMs,
      stepMs: HOUR,
      expectedMs: HOUR,
      plan: { rules: plain, mayRest: true },
      state: newAccount(),
      readings: {
        times: Float64Array.from(readings, (_, hour) => fromMs + hour * HOUR),
        values: Float64Array.from(readings),
      },
      settings: { days: createLocalDays(zone), likeDayWeeks: 8, stuckDays: 7 },
    });
    return made.findings.map(({ kind }) => kind);
  };
  expect(of(zone.at(2026, 2, 1))).toEqual(['stuck']);
  // It stands from the end of the heating season on.
  expect(of(zone.at(2026, 3, 26))).toEqual([]);
});

test('the state is empty where nothing is the matter, and small where something is', () => {
  const { states } = built([...hourly(1, 2, 3, 3, 3, 4, 5, 0, 6, 7), [14, 8], [15, 9], [16, 10]]);
  const since = (hour: number): string => `S${(start + hour * HOUR).toString(36)}`;
  expect(states.slice(0, 8)).toEqual(['S', 'S', '', '', since(2), since(2), '', '']);
  expect(JSON.parse(states[8]!)).toEqual([
    [
      [start + 6 * HOUR, 5],
      [start + 7 * HOUR, 0],
    ],
    '',
    start + 7 * HOUR,
    [start + 6 * HOUR, 5],
    1,
  ]);
  expect(states.slice(9)).toEqual([...Array<string>(6).fill(''), `G${(start + 9 * HOUR).toString(36)}`, '']);
});

test('a state that an earlier release wrote is understood', () => {
  const state = stateFromText('[[1000,5],[2000,3]]', { atMs: 2000, register: 3 });
  expect(state.last).toEqual({ atMs: 1000, register: 5 });
  expect(state.suspects).toEqual([{ atMs: 2000, register: 3 }]);
  expect(stateFromText('', { atMs: 2000, register: 3 }).last).toEqual({ atMs: 2000, register: 3 });
});

test('findings from an instant on are those that end there or later', () => {
  const whole = built([...hourly(10, 11, 0, 13, 14, 15), [10, 20], [11, 21]]);
  expect(told(whole.findings)).toEqual([
    ['outlier', 2, 2, 11, 0],
    ['gap', 5, 10, null, null],
  ]);
  const from = start + 5 * HOUR;
  const rest = buildIntervals({
    meter: 'm',
    fromMs: from,
    stepMs: HOUR,
    expectedMs: HOUR,
    plan: { rules: plain },
    state: stateFromText(whole.states[5]!, { atMs: start + 4 * HOUR, register: 14 }),
    readings: { times: Float64Array.of(from, from + 5 * HOUR, from + 6 * HOUR), values: Float64Array.of(15, 20, 21) },
    settings: { days: createLocalDays(zone), likeDayWeeks: 8, stuckDays: 7 },
  });
  expect(told(rest.findings)).toEqual([['gap', 5, 10, null, null]]);
});
