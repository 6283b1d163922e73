import { expect, test } from 'vitest';

import { createZone } from '../../../domain/zone.ts';
import {
  inRegisterUnits,
  problemOfManual,
  type RegisterPoint,
  warningOfManual,
} from '../../../services/decisions/manual-rules.ts';
import type { UsageMeter } from '../../../services/usage/meter-config.ts';

const ZONE = createZone('Asia/Shanghai');
const at = (text: string): number => Date.parse(`${text}+08:00`);
const NOW = at('2026-05-15T10:30:00');
const METER: UsageMeter = {
  id: 'm1',
  medium: 'water',
  registerUnit: 'm3',
  registerModulus: 10_000,
  ratedMaximum: 2,
  expectedIntervalS: 3600,
  parentId: null,
  multipliers: [],
  shares: [],
  manual: [{ id: 'r1', atMs: at('2026-05-01T08:00:00'), register: 40 }],
  events: [{ kind: 'installation', atMs: at('2025-01-01T00:00:00'), closingRegister: null, openingRegister: 0 }],
};
const BOUNDS = { endedOn: null, keptFromMs: at('2020-01-01T00:00:00'), zone: ZONE, nowMs: NOW };

const units: { name: string; meter?: Partial<UsageMeter>; total: number; unit?: string; want: number | string }[] = [
  { name: 'its own unit where none is said', total: 12.3, want: 12.3 },
  { name: 'its own unit', total: 12.3, unit: 'm3', want: 12.3 },
  { name: 'litres of a meter of cubic metres', total: 12_345, unit: 'L', want: 12.345 },
  {
    name: 'GJ of a heat meter of kWh',
    meter: { medium: 'heat', registerUnit: 'kWh' },
    total: 3.6,
    unit: 'GJ',
    want: 1000,
  },
  { name: 'kWh of water', total: 1, unit: 'kWh', want: 'unit: kWh does not measure water; give one of L, m3, m³' },
];
test.each(units)('unit: $name', ({ meter, total, unit, want }) => {
  const read = inRegisterUnits({ ...METER, ...meter }, total, unit);
  expect(read.ok ? read.register : read.problem.message).toBe(want);
});

const problems: { name: string; point: RegisterPoint; endedOn?: string; want: string | undefined }[] = [
  { name: 'a reading', point: { atMs: at('2026-05-02T08:00:00'), register: 41 }, want: undefined },
  {
    name: 'below the one before: a warning only',
    point: { atMs: at('2026-05-02T08:00:00'), register: 1 },
    want: undefined,
  },
  {
    name: 'the future',
    point: { atMs: NOW + 1000, register: 41 },
    want: 'bad-request ts: 2026-05-15T10:30:01+08:00 lies in the future; enter what has been read',
  },
  {
    name: 'before 1970',
    point: { atMs: -5, register: 41 },
    want: 'bad-request ts: lies before 1970; correct the time',
  },
  {
    name: 'longer ago than is kept',
    point: { atMs: at('2019-12-31T23:59:59'), register: 41 },
    want: 'bad-request ts: readings before 2020-01-01T00:00:00+08:00 are not kept (RETENTION_DAYS); correct the time',
  },
  {
    name: 'after its end',
    point: { atMs: at('2026-05-03T00:00:00'), register: 41 },
    endedOn: '2026-05-03',
    want: 'bad-request ts: m1 ended on 2026-05-03; readings from then on count nothing',
  },
  {
    name: 'before its installation',
    point: { atMs: at('2024-12-31T23:00:00'), register: 0 },
    want: 'bad-request ts: m1 was installed at 2025-01-01T00:00:00+08:00; readings before count nothing',
  },
  {
    name: 'above its modulus',
    point: { atMs: at('2026-05-02T08:00:00'), register: 10_000 },
    want: 'bad-request total: 10000 m3 is more than a register with the modulus 10000 can show; check both',
  },
  {
    name: 'the instant of another',
    point: { atMs: at('2026-05-01T08:00:00'), register: 41 },
    want: 'conflict ts: 40 m3 was entered for 2026-05-01T08:00:00+08:00 already; take that back first, or propose a decision of the kind value (POST /api/decisions)',
  },
];
test.each(problems)('problem: $name', ({ point, endedOn, want }) => {
  const problem = problemOfManual(point, METER, { ...BOUNDS, endedOn: endedOn ?? null });
  expect(problem && `${problem.code} ${problem.message}`).toBe(want);
});

const BEFORE = { atMs: at('2026-05-01T08:00:00'), register: 40 };
const AFTER = { atMs: at('2026-05-03T08:00:00'), register: 60 };
const ONE_DAY_ON = at('2026-05-02T08:00:00');
const warnings: {
  name: string;
  register: number;
  before?: RegisterPoint;
  meter?: Partial<UsageMeter>;
  want: string | null;
}[] = [
  { name: 'between the two', register: 50, want: null },
  {
    name: 'below the one before',
    register: 39,
    want: 'the one before shows 40 m3 at 2026-05-01T08:00:00+08:00, and no rollover, replacement or reset is known in between: check the figure, or enter what happened to the meter',
  },
  {
    name: 'above the one behind',
    register: 61,
    want: 'the one behind shows 60 m3 at 2026-05-03T08:00:00+08:00, and no rollover, replacement or reset is known in between: check the figure, or enter what happened to the meter',
  },
  {
    name: 'faster than it can count',
    register: 89,
    meter: { ratedMaximum: 1 },
    want: expect.stringMatching(
      /^the one before shows 40 m3 at .*, and the meter cannot count more than 24 m3 in between: check the figure; the one behind/,
    ) as string,
  },
  {
    name: 'below a register that could have rolled over',
    register: 5,
    before: { atMs: at('2026-05-01T08:00:00'), register: 9990 },
    want: null,
  },
  {
    name: 'below, and too far for a rollover',
    register: 90,
    before: { atMs: at('2026-05-01T08:00:00'), register: 9900 },
    want: expect.stringMatching(/^the one before shows 9900 m3/) as string,
  },
  {
    name: 'below, with a replacement in between',
    register: 20,
    meter: {
      events: [{ kind: 'replacement', atMs: ONE_DAY_ON - 1, closingRegister: null, openingRegister: null }],
    },
    want: null,
  },
  {
    name: 'below, with an approved reset in between',
    register: 20,
    meter: {
      decisions: [
        {
          id: 'd',
          kind: 'reset',
          fromMs: ONE_DAY_ON - 1,
          toMs: null,
          register: null,
          closingRegister: null,
          openingRegister: null,
          multiplier: null,
        },
      ],
    },
    want: null,
  },
];
test.each(warnings)('warning: $name', ({ register, before, meter, want }) => {
  const point = { atMs: ONE_DAY_ON, register };
  const after = before === undefined ? AFTER : undefined;
  expect(warningOfManual(point, { before: before ?? BEFORE, after }, { ...METER, ...meter }, ZONE)).toEqual(want);
});

test('the first reading of a meter has nothing to be held against', () => {
  const point = { atMs: ONE_DAY_ON, register: 3 };
  expect(warningOfManual(point, { before: undefined, after: undefined }, METER, ZONE)).toBeNull();
});
