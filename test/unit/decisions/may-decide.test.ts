import { expect, test } from 'vitest';

import type { Role } from '../../../services/api/schemas/session.ts';
import { type DecisionAct, type DecisionStanding, rightTo } from '../../../services/decisions/may-decide.ts';

const ACTS: readonly DecisionAct[] = ['approve', 'reject', 'withdraw', 'reverse'];
const STATES = ['proposed', 'approved', 'rejected', 'withdrawn', 'reversed'];
const mayOf = (standing: Partial<DecisionStanding>, userId: string, role: Role): DecisionAct[] =>
  ACTS.filter((act) => {
    const full = { state: 'proposed', proposedBy: 'ann', isBeyondScope: false, ...standing };
    return rightTo(act, full, { userId, role }).may;
  });

const cases: { name: string; standing: Partial<DecisionStanding>; who: string; role: Role; want: DecisionAct[] }[] = [
  { name: 'who proposed it', standing: {}, who: 'ann', role: 'bureau', want: ['withdraw'] },
  { name: 'an administrator who proposed it', standing: {}, who: 'ann', role: 'admin', want: ['withdraw'] },
  { name: 'another of the bureau', standing: {}, who: 'bob', role: 'bureau', want: ['approve', 'reject'] },
  { name: 'an administrator', standing: {}, who: 'bob', role: 'admin', want: ['approve', 'reject'] },
  { name: 'an agency', standing: {}, who: 'bob', role: 'agency', want: ['approve', 'reject'] },
  { name: 'an agency of a part of the meter', standing: { isBeyondScope: true }, who: 'bob', role: 'agency', want: [] },
  { name: 'another institution', standing: {}, who: 'bob', role: 'institution', want: [] },
  { name: 'approved: who proposed it', standing: { state: 'approved' }, who: 'ann', role: 'bureau', want: [] },
  { name: 'approved: another', standing: { state: 'approved' }, who: 'bob', role: 'agency', want: ['reverse'] },
  { name: 'approved: an institution', standing: { state: 'approved' }, who: 'bob', role: 'institution', want: [] },
];
test.each(cases)('$name', ({ standing, who, role, want }) => expect(mayOf(standing, who, role)).toEqual(want));

test.each(['rejected', 'withdrawn', 'reversed'])('%s is the end of it', (state) => {
  for (const who of ['ann', 'bob']) expect(mayOf({ state }, who, 'admin')).toEqual([]);
});

test('nobody but who proposed it ever withdraws, and who proposed it decides in no state', () => {
  for (const state of STATES) {
    expect(mayOf({ state }, 'bob', 'admin')).not.toContain('withdraw');
    const own = mayOf({ state }, 'ann', 'admin');
    expect(own.filter((act) => act !== 'withdraw')).toEqual([]);
  }
});

test.each([
  [
    'approve',
    { state: 'approved' },
    'bob',
    'conflict The decision is approved; only one that is proposed can be approved',
  ],
  ['reverse', {}, 'bob', 'conflict The decision is proposed; only one that is approved can be reversed'],
  ['approve', {}, 'ann', 'forbidden A second person must approve it: who proposed a decision does not decide on it'],
  ['withdraw', {}, 'bob', 'forbidden Only who proposed a decision takes the proposal back; reject it instead'],
  [
    'reject',
    { isBeyondScope: true },
    'bob',
    'forbidden The meter counts for institutions beyond your scope as well; the bureau has to decide',
  ],
] as const)('%s of %j by %s: %s', (act, standing, userId, want) => {
  const full = { state: 'proposed', proposedBy: 'ann', isBeyondScope: false, ...standing };
  const right = rightTo(act, full, { userId, role: 'bureau' });
  expect(right.may ? '' : `${right.code} ${right.why}`).toBe(want);
});
