import type { MappingRule } from '../field-mapping.ts';
import type { ReadyMapping } from './ready-mapping.ts';

const WATT = 0.001;
const PHASES = ['A', 'B', 'C'] as const;
const time: MappingRule['time'] = { path: '$.Time', format: 'local' };

const ofPhases: MappingRule['fields'] = PHASES.flatMap((phase, index): MappingRule['fields'] => [
  { path: `ENERGY.Power.${index}`, quantity: `power${phase}`, factor: WATT },
  { path: `ENERGY.Voltage.${index}`, quantity: `voltage${phase}` },
  { path: `ENERGY.Current.${index}`, quantity: `current${phase}` },
  { path: `ENERGY.Factor.${index}`, quantity: `powerFactor${phase}` },
]);

const THERMOMETERS = ['DS18B20', 'AM2301', 'DHT11', 'SI7021', 'HTU21', 'SHT3X', 'SHT4X', 'AHT2X', 'BME280', 'BMP280'];

/** Tasmota's telemetry of energy: one register, or an array of them where each relay or phase has its own. */
export const tasmota: ReadyMapping = {
  zh: 'Tasmota 计量插座与电表',
  en: 'Tasmota plugs and meters',
  topics: ['tele/{address}/SENSOR'],
  address: {
    zh: '设备主题；各路单独计量时加“/”与从 0 起的序号',
    en: 'the device’s topic; with “/” and a number from 0 where relays or phases are metered apart',
    example: 'plug-7',
  },
  note: {
    zh: '时间为不带时区的本地时间：设备的时区须与平台一致。',
    en: 'The time is local and has no offset: the device’s zone must be the platform’s.',
  },
  mapping: {
    rules: [
      {
        when: [{ path: 'ENERGY.Total', isNot: ['', '[]', '{}'] }],
        address: '{address}',
        time,
        fields: [
          { path: 'ENERGY.Total', quantity: 'total', unit: 'kWh' },
          { path: 'ENERGY.ExportActive', quantity: 'reverse', unit: 'kWh' },
          { path: 'ENERGY.Power', quantity: 'rate', factor: WATT },
          { path: 'ENERGY.ApparentPower', quantity: 'apparentPower', factor: WATT },
          { path: 'ENERGY.ReactivePower', quantity: 'reactivePower', factor: WATT },
          { path: 'ENERGY.Voltage', quantity: 'voltage' },
          { path: 'ENERGY.Current', quantity: 'current' },
          { path: 'ENERGY.Factor', quantity: 'powerFactor' },
          { path: 'ENERGY.Frequency', quantity: 'frequency' },
          ...ofPhases,
        ],
      },
      {
        when: [{ path: '$.ENERGY.Total', is: ['[]'] }],
        each: 'ENERGY.Total',
        address: '{address}/{key}',
        time,
        fields: [
          { path: '$.ENERGY.Total.{key}', quantity: 'total', unit: 'kWh' },
          { path: '$.ENERGY.ExportActive.{key}', quantity: 'reverse', unit: 'kWh' },
          { path: '$.ENERGY.Power.{key}', quantity: 'rate', factor: WATT },
          { path: '$.ENERGY.ApparentPower.{key}', quantity: 'apparentPower', factor: WATT },
          { path: '$.ENERGY.ReactivePower.{key}', quantity: 'reactivePower', factor: WATT },
          { path: '$.ENERGY.Voltage.{key}', quantity: 'voltage' },
          { path: '$.ENERGY.Voltage', quantity: 'voltage' },
          { path: '$.ENERGY.Current.{key}', quantity: 'current' },
          { path: '$.ENERGY.Factor.{key}', quantity: 'powerFactor' },
          { path: '$.ENERGY.Frequency', quantity: 'frequency' },
        ],
      },
      {
        when: [
          { path: 'TempUnit', is: ['C'] },
          { path: 'ENERGY', is: [''] },
        ],
        address: '{address}',
        time,
        fields: THERMOMETERS.map((sensor) => ({ path: `${sensor}.Temperature`, quantity: 'temperature' })),
      },
    ],
    passOver: [{ when: [{ path: 'Switch1', isNot: [''] }] }],
  },
  examples: [
    {
      topic: 'tele/plug-7/SENSOR',
      payload: {
        Time: '2026-01-08T14:30:00',
        ENERGY: {
          TotalStartTime: '2025-01-01T00:00:00',
          Total: 123.456,
          Yesterday: 1.234,
          Today: 0.567,
          Power: 100,
          ApparentPower: 110,
          ReactivePower: 40,
          Factor: 0.91,
          Voltage: 231,
          Current: 0.476,
        },
      },
    },
  ],
};
