import type { MappingRule } from '../field-mapping.ts';
import type { ReadyMapping } from './ready-mapping.ts';

const WATT = 0.001;

const PHASES = ['A', 'B', 'C'] as const;
const time = { path: 'last_seen', format: 'auto' } as const;

const fields: MappingRule['fields'] = [
  { path: 'energy', quantity: 'total', unit: 'kWh' },
  { path: 'produced_energy', quantity: 'reverse', unit: 'kWh' },
  { path: 'power', quantity: 'rate', factor: WATT },
  { path: 'current', quantity: 'current' },
  { path: 'power_factor', quantity: 'powerFactor' },
  { path: 'ac_frequency', quantity: 'frequency' },
  // Phase A has no name of its own with meters that call the others so.
  ...PHASES.slice(1).flatMap((phase): MappingRule['fields'] => {
    const suffix = `phase_${phase.toLowerCase()}`;
    return [
      { path: `voltage_${suffix}`, quantity: `voltage${phase}` },
      { path: `current_${suffix}`, quantity: `current${phase}` },
      { path: `power_${suffix}`, quantity: `power${phase}`, factor: WATT },
    ];
  }),
  ...PHASES.flatMap((phase): MappingRule['fields'] => {
    const letter = phase.toLowerCase();
    return [
      { path: `voltage_${letter}`, quantity: `voltage${phase}` },
      { path: `current_${letter}`, quantity: `current${phase}` },
      { path: `power_${letter}`, quantity: `power${phase}`, factor: WATT },
    ];
  }),
  { path: 'local_temperature', quantity: 'temperature' },
  { path: 'temperature', quantity: 'temperature' },
  { path: 'occupied_heating_setpoint', quantity: 'setpoint' },
  { path: 'current_heating_setpoint', quantity: 'setpoint' },
];

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
        when: [{ path: 'battery', is: [''] }],
        address: '{address}',
        time,
        fields: [...fields, { path: 'voltage', quantity: 'voltage' }],
      },
      // What has a battery tells the battery's voltage, in mV.
      { when: [{ path: 'battery', isNot: [''] }], address: '{address}', time, fields },
    ],
    passOver: [
      ...[
        'contact',
        'occupancy',
        'action',
        'water_leak',
        'smoke',
        'gas',
        'vibration',
        'state',
        'illuminance',
        'battery',
      ].map((path) => ({ when: [{ path, isNot: [''] }] })),
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
