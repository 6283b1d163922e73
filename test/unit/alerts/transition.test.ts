import { expect, test } from 'vitest';

import { transition, type AlertAction, type AlertState } from '../../../services/alerts/transition.ts';

const cases: [AlertState, AlertAction, AlertState | undefined][] = [
  ['open', 'acknowledge', 'acknowledged'],
  ['open', 'escalate', 'open'],
  ['open', 'withdraw', 'closed'],
  ['open', 'recur', undefined],
  ['acknowledged', 'acknowledge', undefined],
  ['acknowledged', 'escalate', 'open'],
  ['acknowledged', 'withdraw', 'closed'],
  ['acknowledged', 'recur', undefined],
  ['closed', 'acknowledge', undefined],
  ['closed', 'escalate', undefined],
  ['closed', 'withdraw', undefined],
  ['closed', 'recur', 'open'],
];
for (const [state, action, want] of cases) {
  test(`alert: ${state} + ${action} => ${want ?? 'nothing'}`, () => expect(transition(state, action)).toBe(want));
}
