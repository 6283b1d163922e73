import fc from 'fast-check';
import { expect, test } from 'vitest';

import { balanceOf } from '../../../services/trees/balance.ts';
import type { JointSum, MemberSum } from '../../../services/usage/joint-sums.ts';

const HOUR = 3_600_000;
const sum = (micro: bigint, missingMs = 0): MemberSum => ({
  micro,
  measuredMs: HOUR - missingMs,
  estimatedMs: 0,
  manualMs: 0,
  missingMs,
});
const hour = (at: number, amounts: Record<string, bigint>, isKnown = true): JointSum => {
  const sums = new Map(Object.entries(amounts).map(([id, micro]) => [id, sum(micro)]));
  const times = { startMs: at * HOUR, endMs: (at + 1) * HOUR };
  return { ...times, knownMs: isKnown ? HOUR : 0, joint: isKnown ? sums : new Map(), own: sums };
};
const family = { main: { id: 'main' }, below: [{ id: 'a' }, { id: 'b' }] };

test('main = sub-meters + unmetered, to the millionth', () => {
  const amount = fc.bigInt({ min: 0n, max: 9_000_000_000_000_000n });
  fc.assert(
    fc.property(fc.array(fc.tuple(amount, amount, amount, fc.boolean()), { minLength: 1 }), (rows) => {
      const sums = rows.map(([main, a, b, isKnown], at) => hour(at, { main, a, b }, isKnown));
      const { amounts, joint, own } = balanceOf(family, sums);
      const known = rows.filter(([, , , isKnown]) => isKnown);
      expect(amounts.coverage).toBe(known.length / rows.length);
      expect(own.get('main')!.micro).toBe(rows.reduce((total, [main]) => total + main, 0n));
      if (known.length === 0) {
        expect([joint, amounts.main, amounts.unmetered]).toEqual([null, null, null]);
        return;
      }
      const total = known.reduce((all, [main]) => all + main, 0n);
      const rest = known.reduce((all, [main, a, b]) => all + main - a - b, 0n);
      expect(joint!.get('main')).toBe(total);
      expect(joint!.get('main')! - joint!.get('a')! - joint!.get('b')!).toBe(rest);
      if (total !== 0n) expect(amounts.unmeteredShare).toBe(Number(rest) / Number(total));
    }),
  );
});

test('of a main meter that counted nothing there is no share', () => {
  expect(balanceOf(family, [hour(0, { main: 0n, a: 0n, b: 0n })]).amounts).toEqual({
    main: 0,
    subMeters: 0,
    unmetered: 0,
    unmeteredShare: null,
    coverage: 1,
  });
});
