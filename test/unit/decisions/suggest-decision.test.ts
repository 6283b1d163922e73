import { expect, test } from 'vitest';

import type { Finding } from '../../../domain/finding.ts';
import { suggestDecision } from '../../../services/decisions/suggest-decision.ts';

const NONE = { toMs: null, closingRegister: null, openingRegister: null };
const cases: { name: string; finding: Partial<Finding>; want: object | undefined }[] = [
  {
    name: 'an outlier is left out, the reading itself included',
    finding: { kind: 'outlier' },
    want: { ...NONE, kind: 'exclude', fromMs: 100, toMs: 201 },
  },
  {
    name: 'suspect readings are left out',
    finding: { kind: 'suspect' },
    want: { ...NONE, kind: 'exclude', fromMs: 100, toMs: 201 },
  },
  {
    name: 'what ran backwards is left out',
    finding: { kind: 'reversed' },
    want: { ...NONE, kind: 'exclude', fromMs: 100, toMs: 201 },
  },
  {
    name: 'another level is another meter, with the registers seen',
    finding: { kind: 'new-level', registerBefore: 5000, registerAfter: 900 },
    want: { kind: 'replacement', fromMs: 100, toMs: null, closingRegister: 5000, openingRegister: 900 },
  },
  {
    name: 'next to nothing is a reset',
    finding: { kind: 'new-level', registerBefore: 5000, registerAfter: 2 },
    want: { kind: 'reset', fromMs: 100, toMs: null, closingRegister: 5000, openingRegister: 2 },
  },
  {
    name: 'a register that stood still is said',
    finding: { kind: 'stuck' },
    want: { ...NONE, kind: 'value', fromMs: 200 },
  },
  { name: 'a rollover is counted', finding: { kind: 'rollover' }, want: undefined },
  { name: 'a gap waits for a reading', finding: { kind: 'gap' }, want: undefined },
];
test.each(cases)('$name', ({ finding, want }) => {
  const full: Finding = { kind: 'gap', fromMs: 100, toMs: 200, registerBefore: null, registerAfter: null, ...finding };
  expect(suggestDecision(full)).toEqual(want);
});
