import type { ReadyMapping } from './ready-mapping.ts';

const WATT = 0.001;

/** What a Zigbee device says of itself through Zigbee2MQTT: plugs and meters, and sensors of temperature. */
export const zigbee2mqtt: ReadyMapping = {
  zh: 'Zigbee2MQTT 设备',
  en: 'Zigbee2MQTT devices',
  topics: ['zigbee2mqtt/{address}'],
  address: { zh: '设备的名称（friendly name）', en: 'the device’s friendly name', example: 'printer-room-plug' },
  note: {
    zh: '没有 last_seen 时以接收时间计；建议在 Zigbee2MQTT 中开启（advanced.last_seen）。',
    en: 'Without last_seen the time of receipt is taken; have Zigbee2MQTT tell it (advanced.last_seen).',
  },
  mapping: {
    rules: [
      {
        address: '{address}',
        time: { path: 'last_seen', format: 'auto' },
        fields: [
          { path: 'energy', quantity: 'total', unit: 'kWh' },
          { path: 'produced_energy', quantity: 'reverse', unit: 'kWh' },
          { path: 'power', quantity: 'rate', factor: WATT },
          { path: 'voltage', quantity: 'voltage' },
          { path: 'current', quantity: 'current' },
          { path: 'power_factor', quantity: 'powerFactor' },
          { path: 'ac_frequency', quantity: 'frequency' },
          { path: 'voltage_phase_b', quantity: 'voltageB' },
          { path: 'voltage_phase_c', quantity: 'voltageC' },
          { path: 'current_phase_b', quantity: 'currentB' },
          { path: 'current_phase_c', quantity: 'currentC' },
          { path: 'power_phase_b', quantity: 'powerB', factor: WATT },
          { path: 'power_phase_c', quantity: 'powerC', factor: WATT },
          { path: 'local_temperature', quantity: 'temperature' },
          { path: 'temperature', quantity: 'temperature' },
          { path: 'occupied_heating_setpoint', quantity: 'setpoint' },
          { path: 'current_heating_setpoint', quantity: 'setpoint' },
        ],
      },
    ],
    passOver: [
      ...['contact', 'occupancy', 'action', 'water_leak', 'smoke', 'gas', 'vibration', 'state', 'illuminance'].map(
        (path) => ({ when: [{ path, isNot: [''] }] }),
      ),
      { topic: 'zigbee2mqtt/bridge' },
    ],
  },
  examples: [
    {
      topic: 'zigbee2mqtt/printer-room-plug',
      payload: {
        current: 11.12,
        energy: 10.48,
        last_seen: '2021-06-28T19:38:12+02:00',
        linkquality: 39,
        power: 2441,
        state: 'ON',
        voltage: 223,
      },
    },
  ],
};
