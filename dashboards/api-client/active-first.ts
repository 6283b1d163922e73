import type { Alert } from '../../services/api/schemas/alert.ts';

/** Alerts whose condition still holds before those where it has passed, each in the order given. */
export function activeFirst(alerts: readonly Alert[]): Alert[] {
  return [
    ...alerts.filter(({ clearedAt }) => clearedAt === null),
    ...alerts.filter(({ clearedAt }) => clearedAt !== null),
  ];
}
