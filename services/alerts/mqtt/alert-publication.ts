import type { AlertMessage } from '../notifier.ts';

/** A message for the broker. */
export interface AlertPublication {
  topic: string;
  payload: string;
  qos: 1;
  retain: true;
}

/**
 * The MQTT message of an alert (docs/formats/mqtt.md): `{base}/alerts/{institution}/{alertId}`, retained while the alert
 * is open, the API's JSON; an empty retained payload takes it back.
 */
export function alertPublication(baseTopic: string, message: AlertMessage): AlertPublication {
  return {
    topic: `${baseTopic}/alerts/${message.institution}/${message.alertId}`,
    payload: message.alert === null ? '' : JSON.stringify(message.alert),
    qos: 1,
    retain: true,
  };
}
