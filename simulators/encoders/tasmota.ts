import { known, localTime, type JsonMessage, type PlugReading } from './json-message.ts';

/** Telemetry of a Tasmota plug: `Total` in kWh with three decimals, at a local time without an offset. */
export function tasmotaSensor(device: string, reading: PlugReading): JsonMessage {
  const { totalKwh, powerW, powerFactor, voltage, current } = reading;
  const energy = known({
    TotalStartTime: '2024-12-31T16:00:00',
    Total: Math.round(totalKwh * 1000) / 1000,
    Power: powerW,
    Factor: powerFactor,
    Voltage: voltage,
    Current: current,
  });
  return { topic: `tele/${device}/SENSOR`, payload: JSON.stringify({ Time: localTime(reading.atMs), ENERGY: energy }) };
}
