import { known, localTime, type JsonMessage, type PlugReading } from './json-message.ts';

/** State of a Zigbee plug as Zigbee2MQTT publishes it: `energy` in kWh with two decimals, `power` in W. */
export function zigbeeState(name: string, reading: PlugReading): JsonMessage {
  const { totalKwh, powerW, voltage, current } = reading;
  const state = known({
    current,
    energy: Math.round(totalKwh * 100) / 100,
    last_seen: `${localTime(reading.atMs)}+08:00`,
    linkquality: 96,
    power: powerW,
    state: 'ON',
    voltage,
  });
  return { topic: `zigbee2mqtt/${name}`, payload: JSON.stringify(state) };
}
