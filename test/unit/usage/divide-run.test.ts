import fc from 'fast-check';
import { expect, test } from 'vitest';

import { QUALITY_CODE } from '../../../domain/quality.ts';
import { divideRun } from '../../../services/usage/divide-run.ts';
import { intervalCode, isPartial, qualityOf, startQualityOf } from '../../../services/usage/interval-code.ts';
import type { BaseRun } from '../../../services/usage/sum-periods.ts';

const QUARTER = 900_000;
const T0 = Date.UTC(2026, 2, 1);
const { measured, interpolated, estimated, manual, missing } = QUALITY_CODE;

function run(firstMs: number, stepMs: number, values: readonly bigint[], codes: readonly number[]): BaseRun {
  return {
    starts: Float64Array.from(values, (_, index) => firstMs + index * stepMs),
    values: BigInt64Array.from(values),
    qualities: Uint8Array.from(codes),
  };
}

const plain = (quality: number): number => intervalCode(quality, false, measured);

test('the parts of intervals sum to them, whatever the steps, and lie on the finer grid', () => {
  const interval = fc.record({
    micro: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
    quality: fc.nat({ max: 4 }),
  });
  fc.assert(
    fc.property(
      fc.constantFrom(1_200_000, 1_800_000, 3_600_000),
      fc.nat({ max: 2 }),
      fc.array(interval, { minLength: 1, maxLength: 30 }),
      (stepMs, offset, intervals) => {
        const values = intervals.map(({ micro, quality }) => (quality === missing ? 0n : micro));
        const codes = intervals.map(({ quality }) => plain(quality));
        const firstMs = T0 + offset * stepMs;
        const divided = divideRun(run(firstMs, stepMs, values, codes), stepMs, T0, QUARTER);
        const total = (all: Iterable<bigint>): bigint => [...all].reduce((sum, value) => sum + value, 0n);
        expect(total(divided.values)).toBe(total(values));
        for (const [index, startMs] of divided.starts.entries()) {
          expect((startMs - T0) % QUARTER).toBe(0);
          if (index > 0) expect(startMs - divided.starts[index - 1]!).toBe(QUARTER);
        }
        expect(divided.starts[0]).toBeLessThanOrEqual(firstMs);
        expect(divided.starts.at(-1)! + QUARTER).toBeGreaterThanOrEqual(firstMs + intervals.length * stepMs);
      },
    ),
  );
});

const hour = { stepMs: 3_600_000, first: T0 };
const rows: {
  name: string;
  stepMs: number;
  first: number;
  values: bigint[];
  codes: number[];
  wantValues: bigint[];
  wantQualities: number[];
  wantPartial?: number[];
}[] = [
  {
    name: 'what was measured over an hour is interpolated over its quarters',
    ...hour,
    values: [10n],
    codes: [plain(measured)],
    wantValues: [2n, 3n, 2n, 3n],
    wantQualities: [interpolated, interpolated, interpolated, interpolated],
  },
  {
    name: 'missing stays missing, estimated and manual stay so',
    ...hour,
    values: [0n, 4n, 8n],
    codes: [plain(missing), plain(estimated), plain(manual)],
    wantValues: [0n, 0n, 0n, 0n, 1n, 1n, 1n, 1n, 2n, 2n, 2n, 2n],
    wantQualities: [
      missing,
      missing,
      missing,
      missing,
      ...Array<number>(4).fill(estimated),
      ...Array<number>(4).fill(manual),
    ],
  },
  {
    name: 'thirds of an hour, the first of them missing: the quarter that holds both is known in part',
    stepMs: 1_200_000,
    first: T0,
    values: [0n, 40n, 40n],
    codes: [plain(missing), plain(measured), plain(measured)],
    wantValues: [0n, 20n, 30n, 30n],
    wantQualities: [missing, interpolated, interpolated, interpolated],
    wantPartial: [1],
  },
  {
    name: 'a run that begins between two quarters',
    stepMs: 1_200_000,
    first: T0 + 1_200_000,
    values: [40n, 40n],
    codes: [plain(measured), plain(measured)],
    wantValues: [20n, 30n, 30n],
    wantQualities: [interpolated, interpolated, interpolated],
    wantPartial: [0],
  },
];

for (const { name, stepMs, first, values, codes, wantValues, wantQualities, wantPartial = [] } of rows)
  test(`divided: ${name}`, () => {
    const divided = divideRun(run(first, stepMs, values, codes), stepMs, T0, QUARTER);
    expect([...divided.values]).toEqual(wantValues);
    expect([...divided.qualities].map(qualityOf)).toEqual(wantQualities);
    expect([...divided.qualities.keys()].filter((index) => isPartial(divided.qualities[index]!))).toEqual(wantPartial);
  });

test('the register is known at the start of a part as at the start of its interval, within it as well as it is', () => {
  const codes = [intervalCode(estimated, true, missing), intervalCode(measured, false, measured)];
  const divided = divideRun(run(T0, 3_600_000, [4n, 4n], codes), 3_600_000, T0, QUARTER);
  expect([...divided.qualities].map(startQualityOf)).toEqual([
    missing,
    estimated,
    estimated,
    estimated,
    measured,
    interpolated,
    interpolated,
    interpolated,
  ]);
});

test('nothing divided is nothing', () => {
  expect(divideRun(run(T0, 3_600_000, [], []), 3_600_000, T0, QUARTER).starts).toHaveLength(0);
});
