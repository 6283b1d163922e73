import type { Alert } from '../../services/api/schemas/alert.ts';
import type { LocalDate } from './local-date.ts';

/** What has become of an alert's cause: it holds; its quota's month or year is over and will not change; it has passed. */
export type Standing = 'current' | 'past' | 'cleared';

/** An alert's standing on a day; without the day every one that has not cleared is current. */
export function standingOf(
  { rule, subject, clearedAt }: Pick<Alert, 'rule' | 'subject' | 'clearedAt'>,
  today: LocalDate | undefined,
): Standing {
  if (clearedAt !== null) return 'cleared';
  const period = rule === 'quota' ? subject.split('/')[1] : undefined;
  return period !== undefined && today !== undefined && period < today.slice(0, period.length) ? 'past' : 'current';
}

/** Alerts whose cause holds before the others, each in the order given. */
export function currentFirst(alerts: readonly Alert[], today: LocalDate | undefined): Alert[] {
  const isCurrent = (alert: Alert): boolean => standingOf(alert, today) === 'current';
  return [...alerts.filter(isCurrent), ...alerts.filter((alert) => !isCurrent(alert))];
}
