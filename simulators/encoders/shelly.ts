import { known, type JsonMessage, type PlugReading } from './json-message.ts';

/** Shelly counts energy in Wh with two decimals. */
function wattHours(kwh: number): number {
  return Math.round(kwh * 100_000) / 100;
}

/** Retained state of a channel of a Shelly energy meter (gen2, `em1`): two topics, neither of them with a time. */
export function shellyStatus(prefix: string, channel: number, reading: PlugReading): JsonMessage[] {
  const { totalKwh, reverseKwh, powerW, voltage, current, powerFactor } = reading;
  const energy = energyOf(channel, totalKwh, reverseKwh);
  const network = known({ id: channel, current, voltage, act_power: powerW, pf: powerFactor });
  return [
    { topic: `${prefix}/status/em1data:${channel}`, payload: JSON.stringify(energy) },
    { topic: `${prefix}/status/em1:${channel}`, payload: JSON.stringify(network) },
  ];
}

/** What a Shelly tells of itself when a register has gone on: a notification, with its time in seconds. */
export function shellyNotification(prefix: string, channel: number, reading: PlugReading): JsonMessage {
  const params = {
    ts: reading.atMs / 1000,
    [`em1data:${channel}`]: energyOf(channel, reading.totalKwh, reading.reverseKwh),
  };
  const payload = { src: prefix, dst: `${prefix}/events`, method: 'NotifyStatus', params };
  return { topic: `${prefix}/events/rpc`, payload: JSON.stringify(payload) };
}

function energyOf(channel: number, totalKwh: number, reverseKwh: number | undefined): object {
  return known({
    id: channel,
    total_act_energy: wattHours(totalKwh),
    total_act_ret_energy: reverseKwh === undefined ? undefined : wattHours(reverseKwh),
  });
}
