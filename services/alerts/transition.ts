import type { ALERT_STATES } from '../api/schemas/alert.ts';

/** What people have done about an alert; whether its condition still holds is told by `clearedAt` alone. */
export type AlertState = (typeof ALERT_STATES)[number];

/**
 * What can happen to an alert: a person acknowledges it, its severity rises, corrected data take its ground away, or
 * bring it back. Assign, rectify, verify and close have their place between acknowledged and closed.
 */
export type AlertAction = 'acknowledge' | 'escalate' | 'withdraw' | 'recur';

const NEXT: Record<AlertState, Partial<Record<AlertAction, AlertState>>> = {
  // A condition that grew worse wants to be seen again, also by who has seen it.
  open: { acknowledge: 'acknowledged', escalate: 'open', withdraw: 'closed' },
  acknowledged: { escalate: 'open', withdraw: 'closed' },
  closed: { recur: 'open' },
};

/** The state after an action, or undefined where the action has no meaning in that state. */
export function transition(state: AlertState, action: AlertAction): AlertState | undefined {
  return NEXT[state][action];
}
