import type { MappingRule } from '../field-mapping.ts';
import type { ReadyMapping } from './ready-mapping.ts';

const WATT = 0.001;

/** Fields of the components em1, em1data, em, emdata, switch, pm1: energy in Wh, power in W; no two share a name. */
const FIELDS: MappingRule['fields'] = [
  { path: 'total_act_energy', quantity: 'total', unit: 'Wh' },
  { path: 'total_act', quantity: 'total', unit: 'Wh' },
  { path: 'aenergy.total', quantity: 'total', unit: 'Wh' },
  { path: 'total_act_ret_energy', quantity: 'reverse', unit: 'Wh' },
  { path: 'total_act_ret', quantity: 'reverse', unit: 'Wh' },
  { path: 'ret_aenergy.total', quantity: 'reverse', unit: 'Wh' },
  { path: 'act_power', quantity: 'rate', factor: WATT },
  { path: 'total_act_power', quantity: 'rate', factor: WATT },
  { path: 'apower', quantity: 'rate', factor: WATT },
  { path: 'aprt_power', quantity: 'apparentPower', factor: WATT },
  { path: 'total_aprt_power', quantity: 'apparentPower', factor: WATT },
  { path: 'voltage', quantity: 'voltage' },
  { path: 'current', quantity: 'current' },
  { path: 'total_current', quantity: 'current' },
  { path: 'pf', quantity: 'powerFactor' },
  { path: 'freq', quantity: 'frequency' },
  { path: 'a_freq', quantity: 'frequency' },
  { path: 'a_voltage', quantity: 'voltageA' },
  { path: 'b_voltage', quantity: 'voltageB' },
  { path: 'c_voltage', quantity: 'voltageC' },
  { path: 'a_current', quantity: 'currentA' },
  { path: 'b_current', quantity: 'currentB' },
  { path: 'c_current', quantity: 'currentC' },
  { path: 'a_act_power', quantity: 'powerA', factor: WATT },
  { path: 'b_act_power', quantity: 'powerB', factor: WATT },
  { path: 'c_act_power', quantity: 'powerC', factor: WATT },
  { path: 'a_pf', quantity: 'powerFactorA' },
  { path: 'b_pf', quantity: 'powerFactorB' },
  { path: 'c_pf', quantity: 'powerFactorC' },
];

/** Components that measure no energy: their states come on the same topics. */
const OTHERS = [
  'sys',
  'wifi',
  'eth',
  'cloud',
  'mqtt',
  'ws',
  'ble',
  'bthome',
  'modbus',
  'script',
  'input',
  'temperature',
];

/** Shelly gen2 and later: the state of a component, and the notifications of changes on `events/rpc`. */
export const shellyGen2: ReadyMapping = {
  zh: 'Shelly 第二代（Pro EM、Pro 3EM、Plus/Pro 插座等）',
  en: 'Shelly gen2 and later (Pro EM, Pro 3EM, Plus and Pro switches)',
  topics: ['{address}/events/rpc', '{address}/status/+'],
  address: {
    zh: 'MQTT 前缀 + “/” + 通道号',
    en: 'MQTT prefix, “/”, channel',
    example: 'shellyproem50-08f9e0e67204/1',
  },
  note: {
    zh: '仅 events/rpc 带有时间；status 主题以接收时间计。em 与 emdata、em1 与 em1data 同一通道视为一块表。',
    en:
      'Only events/rpc tells a time; what comes on status is taken at its receipt. em and emdata, em1 and em1data of ' +
      'one channel are one meter.',
  },
  mapping: {
    rules: [
      { when: [{ path: 'id', isNot: [''] }], address: '{address}/{path:id}', fields: FIELDS },
      {
        when: [{ path: '$.method', is: ['NotifyStatus', 'NotifyFullStatus'] }],
        each: 'params',
        key: '{component}:{channel}',
        address: '{address}/{channel}',
        time: { path: '$.params.ts', format: 'epoch-s' },
        fields: FIELDS,
      },
    ],
    passOver: [
      { when: [{ path: 'method', is: ['NotifyEvent', 'NotifyStatus', 'NotifyFullStatus'] }] },
      ...OTHERS.map((component) => ({ topic: `{address}/status/${component}` })),
      // A switch without a meter, a script: a component that tells its number and no quantity.
      { topic: '{address}/status/{component}', when: [{ path: 'id', isNot: [''] }] },
    ],
  },
  examples: [
    {
      topic: 'shellyproem50-08f9e0e67204/events/rpc',
      payload: {
        src: 'shellyproem50-08f9e0e67204',
        dst: 'shellyproem50-08f9e0e67204/events',
        method: 'NotifyStatus',
        params: { ts: 1767853800.25, 'em1data:1': { id: 1, total_act_energy: 6644.9, total_act_ret_energy: 2595.26 } },
      },
    },
    {
      topic: 'shellyproem50-08f9e0e67204/status/em1:1',
      payload: { id: 1, current: 22.78, voltage: 224.6, act_power: 5080.3, aprt_power: 5142.4, pf: 0.99, freq: 50 },
    },
    {
      topic: 'shellyproem50-08f9e0e67204/status/em1data:1',
      payload: { id: 1, total_act_energy: 6644.9, total_act_ret_energy: 2595.26 },
    },
  ],
};
