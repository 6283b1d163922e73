import type { Alert } from '../api/schemas/alert.ts';

/** What a channel is told about an alert; `alert` is null once there is nothing to act on: closed or withdrawn. */
export interface AlertMessage {
  institution: string;
  alertId: string;
  alert: Alert | null;
}

/** A channel that alerts go out on. Resolves when the other side has it; throws where it may have not. May be repeated. */
export interface Notifier {
  publish(message: AlertMessage): Promise<void>;
}
