import { describe, expect, test } from 'vitest';

import { QUALITIES } from '../../../domain/quality.ts';
import { createZone } from '../../../domain/zone.ts';
import { newAccount } from '../../../services/usage/account-state.ts';
import { buildIntervals } from '../../../services/usage/build-intervals.ts';
import { isPartial, qualityOf } from '../../../services/usage/interval-code.ts';
import type { AppliedDecision, UsageMeter } from '../../../services/usage/meter-config.ts';
import { outdatedBy } from '../../../services/usage/outdated-by.ts';
import { readingsThatCount } from '../../../services/usage/readings-that-count.ts';
import { registerPlan } from '../../../services/usage/register-plan.ts';

const HOUR = 3_600_000;
const zone = createZone('Asia/Shanghai');
const start = zone.at(2026, 6, 1);
const at = (hours: number): number => start + hours * HOUR;

const meter: UsageMeter = {
  id: 'm',
  medium: 'electricity',
  registerUnit: 'kWh',
  registerModulus: null,
  ratedMaximum: null,
  expectedIntervalS: 3600,
  parentId: null,
  multipliers: [{ multiplier: 1, validFrom: '1970-01-01', validTo: null }],
  shares: [],
};

const decision = (
  kind: AppliedDecision['kind'],
  hours: number,
  more: Partial<AppliedDecision> = {},
): AppliedDecision => ({
  id: `${kind} ${hours}`,
  kind,
  fromMs: at(hours),
  toMs: null,
  register: null,
  closingRegister: null,
  openingRegister: null,
  multiplier: null,
  ...more,
});
const manual = (hours: number, register: number) => ({ id: `m${hours}`, atMs: at(hours), register });

/** Readings as [hours since the start, register]. */
type Reading = readonly [number, number];

function intervals(of: Partial<UsageMeter>, readings: readonly Reading[]): string[] {
  const plan = registerPlan({ ...meter, ...of }, zone);
  const stored = {
    times: Float64Array.from(readings, ([hours]) => at(hours)),
    values: Float64Array.from(readings, ([, register]) => register),
  };
  const { values, qualities } = buildIntervals({
    meter: 'm',
    fromMs: start,
    stepMs: HOUR,
    expectedMs: HOUR,
    plan,
    state: newAccount(),
    readings: readingsThatCount(stored, plan),
  });
  return Array.from(values, (micro, index) => {
    const code = qualities[index]!;
    const quality = QUALITIES[qualityOf(code)]!;
    return quality === 'missing' ? quality : `${Number(micro) / 1e6} ${quality}${isPartial(code) ? '*' : ''}`;
  }).slice(0, -1);
}

const five: Reading[] = [
  [0, 10],
  [1, 12],
  [2, 50],
  [3, 16],
  [4, 18],
];
const cases: { name: string; of: Partial<UsageMeter>; readings: Reading[]; want: string[] }[] = [
  {
    name: 'readings left out: the register goes on over them',
    of: { decisions: [decision('exclude', 1, { toMs: at(3) })] },
    readings: five,
    want: ['2 estimated', '2 estimated', '2 estimated', '2 measured'],
  },
  {
    name: 'left out without an end: the reading of that instant',
    of: { decisions: [decision('exclude', 3)] },
    readings: [
      [0, 10],
      [1, 12],
      [2, 14],
      [3, 16],
      [4, 18],
    ],
    want: ['2 measured', '2 measured', '2 interpolated', '2 interpolated'],
  },
  {
    name: 'a value stands in the place of the readings, and is manual on both sides',
    of: { decisions: [decision('value', 2, { register: 15 })] },
    readings: five,
    want: ['2 measured', '3 manual', '1 manual', '2 measured'],
  },
  {
    name: 'a value stands at its instant, and the readings up to its end are left out',
    of: { decisions: [decision('value', 1, { register: 13, toMs: at(3) })] },
    readings: five,
    want: ['3 manual', '1.5 manual', '1.5 manual', '2 measured'],
  },
  {
    name: 'a value is believed, whatever the rated maximum',
    of: { ratedMaximum: 5, decisions: [decision('value', 2, { register: 40, toMs: at(5) })] },
    readings: [
      [0, 10],
      [1, 12],
      [5, 42],
      [6, 44],
    ],
    want: ['2 measured', '28 manual', '0.666666 manual', '0.666667 manual', '0.666667 manual', '2 measured'],
  },
  {
    name: 'of two values of an instant the later decision stands',
    of: {
      decisions: [decision('value', 2, { id: 'a', register: 15 }), decision('value', 2, { id: 'b', register: 14 })],
    },
    readings: five,
    want: ['2 measured', '2 manual', '2 manual', '2 measured'],
  },
  {
    name: 'a rise is believed above the rated maximum',
    of: { ratedMaximum: 5, decisions: [decision('accept', 2)] },
    readings: [
      [0, 10],
      [1, 12],
      [2, 50],
      [3, 52],
    ],
    want: ['2 measured', '38 measured', '2 measured'],
  },
  {
    name: 'a fall that is believed begins a new level at once',
    of: { decisions: [decision('accept', 2, { toMs: at(3) })] },
    readings: [
      [0, 10],
      [1, 12],
      [2, 1],
      [3, 2],
    ],
    want: ['2 measured', 'missing', '1 measured'],
  },
  {
    name: 'a reset that nobody read begins at zero',
    of: { decisions: [decision('reset', 1.5, { closingRegister: 13 })] },
    readings: [
      [0, 10],
      [1, 12],
      [2, 1],
      [3, 3],
    ],
    want: ['2 measured', '2 measured', '2 measured'],
  },
  {
    name: 'a replacement by decision',
    of: { decisions: [decision('replacement', 1.5, { closingRegister: 13, openingRegister: 100 })] },
    readings: [
      [0, 10],
      [1, 12],
      [2, 102],
      [3, 103],
    ],
    want: ['2 measured', '3 measured', '1 measured'],
  },
  {
    name: 'a decision stands before an event of the same instant',
    of: {
      events: [{ kind: 'replacement', atMs: at(1.5), closingRegister: 12, openingRegister: 0 }],
      decisions: [decision('replacement', 1.5, { closingRegister: 13, openingRegister: 100 })],
    },
    readings: [
      [0, 10],
      [1, 12],
      [2, 102],
      [3, 103],
    ],
    want: ['2 measured', '3 measured', '1 measured'],
  },
  {
    name: 'a multiplier from an instant on',
    of: { decisions: [decision('multiplier', 1.5, { multiplier: 10 })] },
    readings: [
      [0, 10],
      [1, 12],
      [2, 14],
      [3, 16],
    ],
    want: ['2 measured', '11 measured', '20 measured'],
  },
  {
    name: 'a multiplier by decision counts up to the next dated one',
    of: {
      multipliers: [
        { multiplier: 1, validFrom: '1970-01-01', validTo: '2026-06-02' },
        { multiplier: 3, validFrom: '2026-06-02', validTo: null },
      ],
      decisions: [decision('multiplier', 22, { multiplier: 10 })],
    },
    readings: [
      [20, 1],
      [21, 2],
      [22, 3],
      [23, 4],
      [24, 5],
      [25, 6],
    ],
    want: [
      ...Array<string>(20).fill('missing'),
      '1 measured',
      '1 measured',
      '10 measured',
      '10 measured',
      '3 measured',
    ],
  },
  {
    name: 'a manual reading bounds what lies on it and beside it',
    of: { manual: [manual(3, 25)] },
    readings: [
      [0, 10],
      [1, 12],
      [6, 34],
      [7, 36],
    ],
    want: ['2 measured', '6.5 manual', '6.5 manual', '3 manual', '3 manual', '3 manual', '2 measured'],
  },
  {
    name: 'one within an interval says nothing of its ends',
    of: { manual: [manual(0.5, 11)] },
    readings: [
      [0, 10],
      [1, 12],
      [2, 14],
    ],
    want: ['2 measured', '2 measured'],
  },
  {
    name: 'a meter that only people read',
    of: { manual: [manual(0, 10), manual(4, 18)] },
    readings: [],
    want: ['2 manual', '2 manual', '2 manual', '2 manual'],
  },
  {
    name: 'a stored reading of the same instant stands before a manual one',
    of: { manual: [manual(1, 99)] },
    readings: [
      [0, 10],
      [1, 12],
      [2, 14],
    ],
    want: ['2 measured', '2 measured'],
  },
  {
    name: 'a manual reading can be left out too',
    of: { manual: [manual(1, 99)], decisions: [decision('exclude', 1)] },
    readings: [
      [0, 10],
      [2, 14],
    ],
    want: ['2 interpolated', '2 interpolated'],
  },
  {
    name: 'a manual reading before the first makes the beginning known',
    of: { manual: [manual(0, 8)] },
    readings: [
      [0.5, 9],
      [1.5, 11],
    ],
    want: ['2 manual'],
  },
];

describe('decisions and manual readings', () => {
  for (const { name, of, readings, want } of cases) test(name, () => expect(intervals(of, readings)).toEqual(want));
});

test('a register in another unit: what people say of it is in it too', () => {
  const of = { registerUnit: 'MWh', manual: [manual(1, 2)], decisions: [decision('value', 2, { register: 3 })] };
  expect(intervals(of, [[0, 1000]])).toEqual(['1000 manual', '1000 manual']);
});

test('a meter without any of it costs nothing: the readings themselves come back', () => {
  const stored = { times: Float64Array.of(1, 2), values: Float64Array.of(3, 4) };
  expect(readingsThatCount(stored, registerPlan(meter, zone))).toBe(stored);
  const withManual = registerPlan({ ...meter, manual: [manual(1, 2)] }, zone);
  expect(readingsThatCount(stored, withManual, false)).toEqual({ ...stored, isRegister: false });
});

const changes: { name: string; before: Partial<UsageMeter>; after: Partial<UsageMeter>; want: number | undefined }[] = [
  { name: 'nothing', before: {}, after: { decisions: [], manual: [] }, want: undefined },
  { name: 'an exclusion', before: {}, after: { decisions: [decision('exclude', 5, { toMs: at(6) })] }, want: at(5) },
  { name: 'an acceptance', before: {}, after: { decisions: [decision('accept', 5)] }, want: at(5) },
  { name: 'a value', before: {}, after: { decisions: [decision('value', 5, { register: 1 })] }, want: at(5) },
  { name: 'a reset', before: {}, after: { decisions: [decision('reset', 5)] }, want: at(5) },
  {
    name: 'a multiplier',
    before: {},
    after: { decisions: [decision('multiplier', 5, { multiplier: 2 })] },
    want: at(5),
  },
  { name: 'a manual reading', before: {}, after: { manual: [manual(5, 1)] }, want: at(5) },
  {
    name: 'one decision of several',
    before: { decisions: [decision('exclude', 1), decision('exclude', 3), decision('exclude', 9)] },
    after: { decisions: [decision('exclude', 1), decision('exclude', 9)] },
    want: at(3),
  },
  {
    name: 'an exclusion that ends otherwise',
    before: { decisions: [decision('exclude', 1, { toMs: at(3) })] },
    after: { decisions: [decision('exclude', 1, { toMs: at(4) })] },
    want: at(1),
  },
  {
    name: 'a manual register that is corrected',
    before: { manual: [manual(2, 1), manual(5, 3)] },
    after: { manual: [manual(2, 1), manual(5, 4)] },
    want: at(5),
  },
  {
    name: 'a decision beside an event',
    before: { events: [{ kind: 'replacement', atMs: at(2), closingRegister: 1, openingRegister: 0 }] },
    after: {
      events: [{ kind: 'replacement', atMs: at(2), closingRegister: 1, openingRegister: 0 }],
      decisions: [decision('reset', 7)],
    },
    want: at(7),
  },
];

describe('what is made anew', () => {
  for (const { name, before, after, want } of changes) {
    test(`${name}, and back`, () => {
      const [one, other] = [
        { ...meter, ...before },
        { ...meter, ...after },
      ];
      for (const [old, now] of [
        [one, other],
        [other, one],
      ] as const) {
        const outdated = outdatedBy(new Map([['m', old]]), new Map([['m', now]]), zone);
        expect(outdated.meters.get('m')).toBe(want);
      }
    });
  }
});
