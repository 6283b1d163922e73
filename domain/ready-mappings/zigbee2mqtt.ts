import type { MappingRule } from '../field-mapping.ts';
import type { ReadyMapping } from './ready-mapping.ts';

const WATT = 0.001;

const PHASES = ['A', 'B', 'C'] as const;
const time = { path: 'last_seen', format: 'auto' } as const;

type Fields = MappingRule['fields'];
type Conditions = NonNullable<MappingRule['when']>;

const none = (path: string): Conditions[number] => ({ path, is: [''] });
const some = (path: string): Conditions[number] => ({ path, isNot: [''] });

const fields: Fields = [
  { path: 'energy', quantity: 'total', unit: 'kWh' },
  { path: 'produced_energy', quantity: 'reverse', unit: 'kWh' },
  { path: 'power_factor', quantity: 'powerFactor' },
  { path: 'ac_frequency', quantity: 'frequency' },
  ...PHASES.flatMap((phase): Fields =>
    [phase.toLowerCase(), `phase_${phase.toLowerCase()}`].flatMap((suffix): Fields => [
      { path: `voltage_${suffix}`, quantity: `voltage${phase}` },
      { path: `current_${suffix}`, quantity: `current${phase}` },
      { path: `power_${suffix}`, quantity: `power${phase}`, factor: WATT },
    ]),
  ),
  { path: 'local_temperature', quantity: 'temperature' },
  { path: 'temperature', quantity: 'temperature' },
  { path: 'occupied_heating_setpoint', quantity: 'setpoint' },
  { path: 'current_heating_setpoint', quantity: 'setpoint' },
];

const power = { path: 'power', quantity: 'rate', factor: WATT } as const;
const powerA = { path: 'power', quantity: 'powerA', factor: WATT } as const;
const voltage = { path: 'voltage', quantity: 'voltage' } as const;
const current = { path: 'current', quantity: 'current' } as const;
const ofPhaseA = [
  { path: 'voltage', quantity: 'voltageA' },
  { path: 'current', quantity: 'currentA' },
] as const;

const rule = (when: Conditions, more: readonly Fields[number][]): MappingRule => ({
  when,
  address: '{address}',
  time,
  fields: [...fields, ...more],
});

// A clamp meter of several channels has no register for all of them; its powers have no sign.
const ofChannels = ['a', 'b'].flatMap((channel) =>
  [true, false].map((isProducing): MappingRule => {
    const flow = { path: `energy_flow_${channel}`, [isProducing ? 'is' : 'isNot']: ['producing'] };
    return {
      when: [none('energy'), some(`energy_${channel}`), flow],
      address: `{address}/${channel}`,
      time,
      fields: [
        { path: `energy_${channel}`, quantity: 'total', unit: 'kWh' },
        { path: `energy_produced_${channel}`, quantity: 'reverse', unit: 'kWh' },
        { path: `produced_energy_${channel}`, quantity: 'reverse', unit: 'kWh' },
        { path: `power_${channel}`, quantity: 'rate', factor: isProducing ? -WATT : WATT },
        { path: `current_${channel}`, quantity: 'current' },
        { path: 'ac_frequency', quantity: 'frequency' },
        voltage,
      ],
    };
  }),
);

/** What a Zigbee device says of itself through Zigbee2MQTT: plugs and meters, and sensors of temperature. */
export const zigbee2mqtt: ReadyMapping = {
  zh: 'Zigbee2MQTT 设备',
  en: 'Zigbee2MQTT devices',
  topics: ['zigbee2mqtt/{address}'],
  address: {
    zh: '设备的名称（friendly name）；各路单独计量时加“/a”“/b”',
    en: 'the device’s friendly name; with “/a”, “/b” where its channels are metered apart',
    example: 'printer-room-plug',
  },
  note: {
    zh: '没有 last_seen 时以接收时间计；建议在 Zigbee2MQTT 中开启（advanced.last_seen）。',
    en: 'Without last_seen the time of receipt is taken; have Zigbee2MQTT tell it (advanced.last_seen).',
  },
  mapping: {
    rules: [
      ...[[none('energy_a')], [some('energy_a'), some('energy')]].map((registers) =>
        rule(
          [...registers, none('battery'), none('voltage_phase_b'), none('power_phase_b')],
          [power, voltage, current],
        ),
      ),
      // Where the others are called phase_b and phase_c, the first phase has no suffix.
      rule([some('voltage_phase_b'), none('battery'), none('power_phase_b')], [power, ...ofPhaseA]),
      rule([some('power_phase_b'), none('battery')], [powerA, ...ofPhaseA]),
      // What has a battery tells the battery's voltage, in mV.
      rule([some('battery')], [power, current]),
      ...ofChannels,
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
