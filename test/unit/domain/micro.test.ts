import { describe, expect, test } from 'vitest';

import { fromMicro, registerToMicro } from '../../../domain/micro.ts';

describe('a register × its multiplier, rounded once to millionths', () => {
  const cases: [string, number, number, bigint][] = [
    ['whole', 12, 1, 12_000_000n],
    ['decimals that binary has not', 0.1, 3, 300_000n],
    ['half away from zero', 0.0000005, 1, 1n],
    ['half away from zero, below it', -0.0000005, 1, -1n],
    ['a large register and multiplier keep their last digit', 99_999_999.99, 4000, 399_999_999_960_000_000n],
    ['a large one below zero', -99_999_999.99, 4000, -399_999_999_960_000_000n],
  ];
  for (const [name, register, multiplier, want] of cases) {
    test(name, () => expect(registerToMicro(register, multiplier)).toBe(want));
  }
});

describe('millionths as a number of units', () => {
  const cases: [bigint, number][] = [
    [0n, 0],
    [1n, 0.000001],
    [-1n, -0.000001],
    [-1_500_000n, -1.5],
    [123_456_789n, 123.456789],
  ];
  for (const [micro, want] of cases) test(String(micro), () => expect(fromMicro(micro)).toBe(want));
});
