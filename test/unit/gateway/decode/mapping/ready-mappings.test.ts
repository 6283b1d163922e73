import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { fieldMappingSchema } from '../../../../../domain/field-mapping.ts';
import {
  READY_MAPPINGS,
  readyMappingOf,
  type ReadyFormat,
} from '../../../../../domain/ready-mappings/ready-mappings.ts';
import { parseTopicPattern } from '../../../../../domain/topic-pattern.ts';
import { BINDING_FORMATS } from '../../../../../domain/wire-format.ts';
import type { Decoded } from '../../../../../gateway/decode/decoded.ts';
import { decodeJson } from './decode-json.ts';

const PAYLOADS = new URL('../../../../../../shared/domain/mqtt-payloads.json', import.meta.url);
const seen = JSON.parse(readFileSync(PAYLOADS, 'utf8')) as Record<string, Record<string, unknown>>;

/** As a binding of the first topic that fits would. */
function decode(format: ReadyFormat, topic: string, payload: unknown): Decoded {
  const { topics, mapping } = READY_MAPPINGS[format];
  const levels = topics.map((pattern) => parseTopicPattern(pattern)?.match(topic)).find((found) => found !== undefined);
  if (levels === undefined) throw new Error(`${topic} fits no topic of ${format}`);
  return decodeJson(mapping, payload, levels, topic);
}

const readings = ({ items }: Decoded): unknown => items.map(({ address, fields }) => [address, fields]);

test.each(Object.entries(READY_MAPPINGS))(
  '%s: every example is a reading of a meter like the one named',
  (format, ready) => {
    expect(fieldMappingSchema.safeParse(ready.mapping).success).toBe(true);
    expect(BINDING_FORMATS).toContain(format);
    for (const { topic, payload } of ready.examples) {
      const { items, refused } = decode(format as ReadyFormat, topic, payload);
      expect(refused).toEqual([]);
      expect(items.map(({ address }) => address)).toEqual([ready.address.example]);
    }
  },
);

test('only the formats that have one', () => {
  expect(readyMappingOf('tasmota')).toBe(READY_MAPPINGS.tasmota);
  expect(readyMappingOf('mapping')).toBeUndefined();
  expect(readyMappingOf('constructor')).toBeUndefined();
});

describe('payloads as they were seen', () => {
  test('Shelly: em1 and em1data', () => {
    expect(readings(decode('shelly-gen2', 'pro-em/status/em1:1', seen['shelly_gen2']!['em1']))).toEqual([
      [
        'pro-em/1',
        {
          rate: 5.0803,
          apparentPower: 5.1424,
          voltage: 224.6,
          current: 22.78,
          powerFactor: 0.99,
          frequency: 50,
        },
      ],
    ]);
    expect(readings(decode('shelly-gen2', 'pro-em/status/em1data:1', seen['shelly_gen2']!['em1data']))).toEqual([
      ['pro-em/1', { total: 6644.9, unit: 'Wh', registers: { reverse: 2595.26 } }],
    ]);
  });

  test('Tasmota', () => {
    expect(readings(decode('tasmota', 'tele/plug/SENSOR', seen['tasmota']!['payload']))).toEqual([
      [
        'plug',
        {
          ts: Date.UTC(2026, 0, 8, 6, 30),
          total: 123.456,
          unit: 'kWh',
          rate: 0.1,
          apparentPower: 0.11,
          reactivePower: 0.04,
          voltage: 231,
          current: 0.476,
          powerFactor: 0.91,
        },
      ],
    ]);
  });

  test('Zigbee2MQTT', () => {
    expect(readings(decode('zigbee2mqtt', 'zigbee2mqtt/plug', seen['zigbee2mqtt']!['payload']))).toEqual([
      [
        'plug',
        { ts: Date.UTC(2021, 5, 28, 17, 38, 12), total: 10.48, unit: 'kWh', rate: 2.441, voltage: 223, current: 11.12 },
      ],
    ]);
  });

  test('Acrel: what is no data message has no quantity', () => {
    for (const name of ['login', 'para']) {
      const { items, refused } = decode('acrel', '/gw/acrelHW/AWT100/data/1', seen['acrel']![name]);
      expect([items, refused.map(({ reason }) => reason)]).toEqual([[], ['no-quantity']]);
    }
  });
});

describe('Shelly', () => {
  test('powers are the decimals that were told', () => {
    const { items } = decode('shelly-gen2', 'x/status/pm1:0', { id: 0, apower: 5.1, aenergy: { total: 11.679 } });
    expect(items[0]!.fields).toEqual({ total: 11.679, unit: 'Wh', rate: 0.0051 });
  });

  test('a notification of several components, each a meter, at its time', () => {
    const params = {
      ts: 1_767_853_800.25,
      'em1data:0': { id: 0, total_act_energy: 10 },
      'em1:1': { id: 1, act_power: 500 },
      'switch:0': { id: 0, output: true },
      sys: { available_updates: {} },
    };
    expect(readings(decode('shelly-gen2', 'x/events/rpc', { src: 'x', method: 'NotifyStatus', params }))).toEqual([
      ['x/0', { ts: 1_767_853_800_250, total: 10, unit: 'Wh' }],
      ['x/1', { ts: 1_767_853_800_250, rate: 0.5 }],
    ]);
  });

  test('three phases', () => {
    const em = {
      id: 0,
      a_current: 1,
      a_voltage: 230,
      a_act_power: 200,
      a_pf: 0.9,
      total_current: 3,
      total_act_power: 600,
    };
    expect(readings(decode('shelly-gen2', 'x/status/em:0', em))).toEqual([
      ['x/0', { rate: 0.6, current: 3, voltageA: 230, currentA: 1, powerA: 0.2, powerFactorA: 0.9 }],
    ]);
    const emdata = { id: 0, a_total_act_energy: 1, total_act: 3000, total_act_ret: 10 };
    expect(readings(decode('shelly-gen2', 'x/status/emdata:0', emdata))).toEqual([
      ['x/0', { total: 3000, unit: 'Wh', registers: { reverse: 10 } }],
    ]);
  });

  test('a switch that meters', () => {
    const state = {
      id: 2,
      output: true,
      apower: 12.5,
      voltage: 230,
      current: 0.1,
      aenergy: { total: 77.5, by_minute: [1] },
    };
    expect(readings(decode('shelly-gen2', 'x/status/switch:2', state))).toEqual([
      ['x/2', { total: 77.5, unit: 'Wh', rate: 0.0125, voltage: 230, current: 0.1 }],
    ]);
  });

  test.each([
    ['x/status/wifi', { sta_ip: '10.0.0.2', rssi: -60 }],
    ['x/status/switch:0', { id: 0, output: false }],
    ['x/events/rpc', { method: 'NotifyEvent', params: { ts: 1, events: [] } }],
    ['x/events/rpc', { method: 'NotifyStatus', params: { ts: 1, sys: {} } }],
  ])('passed over: %s %j', (topic, payload) => {
    expect(decode('shelly-gen2', topic, payload)).toEqual({ items: [], refused: [] });
  });
});

describe('Tasmota', () => {
  test('relays with registers of their own are meters of their own', () => {
    const ENERGY = { Total: [1.5, 2.5], Power: [100, 200], Voltage: 230, Current: [0.4, 0.8] };
    expect(readings(decode('tasmota', 'tele/strip/SENSOR', { Time: '2026-01-08T14:30:00', ENERGY }))).toEqual([
      ['strip/0', { ts: Date.UTC(2026, 0, 8, 6, 30), total: 1.5, unit: 'kWh', rate: 0.1, voltage: 230, current: 0.4 }],
      ['strip/1', { ts: Date.UTC(2026, 0, 8, 6, 30), total: 2.5, unit: 'kWh', rate: 0.2, voltage: 230, current: 0.8 }],
    ]);
  });

  test('three phases with one register', () => {
    const ENERGY = { Total: 10, Power: [100, 200, 300], Voltage: [230, 231, 232] };
    expect(readings(decode('tasmota', 'tele/m/SENSOR', { ENERGY }))).toEqual([
      [
        'm',
        { total: 10, unit: 'kWh', powerA: 0.1, powerB: 0.2, powerC: 0.3, voltageA: 230, voltageB: 231, voltageC: 232 },
      ],
    ]);
  });

  test('a time with an offset is one', () => {
    const { items } = decode('tasmota', 'tele/m/SENSOR', { Time: '2026-01-08T14:30:00+02:00', ENERGY: { Total: 1 } });
    expect(items[0]!.fields['ts']).toBe(Date.UTC(2026, 0, 8, 12, 30));
  });
});

describe('Tasmota without energy', () => {
  test.each([
    ['DS18B20', { DS18B20: { Id: '00', Temperature: 20.6 }, TempUnit: 'C' }, 20.6],
    ['SI7021', { SI7021: { Temperature: 21.5, Humidity: 40 }, TempUnit: 'C' }, 21.5],
  ])('a thermometer (%s) is a meter of temperature', (_, message, temperature) => {
    expect(readings(decode('tasmota', 'tele/room/SENSOR', { Time: '2026-01-08T14:30:00', ...message }))).toEqual([
      ['room', { ts: Date.UTC(2026, 0, 8, 6, 30), temperature }],
    ]);
  });

  test('degrees Fahrenheit are not taken for Celsius', () => {
    const message = { DS18B20: { Temperature: 69 }, TempUnit: 'F' };
    expect(decode('tasmota', 'tele/room/SENSOR', message).items).toEqual([]);
  });

  test('a switch is passed over, a meter that another sensor of the device reads is not', () => {
    expect(decode('tasmota', 'tele/hall/SENSOR', { Switch1: 'ON' })).toEqual({ items: [], refused: [] });
    expect(decode('tasmota', 'tele/hall/SENSOR', { SML: { Total_in: 5 } }).refused).toHaveLength(1);
  });
});

describe('Zigbee2MQTT', () => {
  test('the voltage of a battery is no reading', () => {
    const sensor = { battery: 100, voltage: 3005, temperature: 22.5, humidity: 40.1, linkquality: 120 };
    expect(readings(decode('zigbee2mqtt', 'zigbee2mqtt/room-7', sensor))).toEqual([['room-7', { temperature: 22.5 }]]);
    const button = { battery: 97, voltage: 2900, linkquality: 88 };
    expect(decode('zigbee2mqtt', 'zigbee2mqtt/button', button)).toEqual({ items: [], refused: [] });
  });

  test('three phases, called a to c', () => {
    const meter = { energy: 100, power: 500, power_a: 200, power_c: 150, voltage_b: 231, current_c: 0.7 };
    expect(readings(decode('zigbee2mqtt', 'zigbee2mqtt/m', meter))).toEqual([
      ['m', { total: 100, unit: 'kWh', rate: 0.5, powerA: 0.2, powerC: 0.15, voltageB: 231, currentC: 0.7 }],
    ]);
  });

  test('where the others are called phase_b and phase_c, the first phase has the plain names', () => {
    const meter = { energy: 299.7, power: 89, power_phase_b: 384, power_phase_c: 0, ac_frequency: 50 };
    const phases = { voltage: 231.2, voltage_phase_b: 230.5, current: 0.44, current_phase_b: 1.85 };
    expect(readings(decode('zigbee2mqtt', 'zigbee2mqtt/m', { ...meter, ...phases }))).toEqual([
      [
        'm',
        {
          total: 299.7,
          unit: 'kWh',
          frequency: 50,
          powerA: 0.089,
          powerB: 0.384,
          powerC: 0,
          voltageA: 231.2,
          voltageB: 230.5,
          currentA: 0.44,
          currentB: 1.85,
        },
      ],
    ]);
    const sum = { energy: 100, power: 700, voltage: 230, voltage_phase_b: 231, current: 1, current_phase_c: 2 };
    expect(readings(decode('zigbee2mqtt', 'zigbee2mqtt/m', sum))).toEqual([
      ['m', { total: 100, unit: 'kWh', rate: 0.7, voltageA: 230, voltageB: 231, currentA: 1, currentC: 2 }],
    ]);
  });

  test('channels with registers of their own are meters of their own, what they produce is negative', () => {
    const a = { energy_a: 0, energy_produced_a: 2923.33, energy_flow_a: 'producing', power_a: 2144.8, current_a: 9.4 };
    const b = { energy_b: 148.31, energy_produced_b: 632, energy_flow_b: 'consuming', power_b: 13.3, current_b: 0.6 };
    const both = { power_ab: -2131.5, voltage: 227.8, ac_frequency: 49 };
    expect(readings(decode('zigbee2mqtt', 'zigbee2mqtt/m', { ...a, ...b, ...both }))).toEqual([
      [
        'm/a',
        {
          total: 0,
          unit: 'kWh',
          registers: { reverse: 2923.33 },
          rate: -2.1448,
          current: 9.4,
          voltage: 227.8,
          frequency: 49,
        },
      ],
      [
        'm/b',
        {
          total: 148.31,
          unit: 'kWh',
          registers: { reverse: 632 },
          rate: 0.0133,
          current: 0.6,
          voltage: 227.8,
          frequency: 49,
        },
      ],
    ]);
    const phases = { energy: 30, energy_a: 10, energy_b: 20, power_a: 100 };
    expect(readings(decode('zigbee2mqtt', 'zigbee2mqtt/m', phases))).toEqual([
      ['m', { total: 30, unit: 'kWh', powerA: 0.1 }],
    ]);
  });

  test.each([
    ['2021-06-28T17:38:12.000Z', Date.UTC(2021, 5, 28, 17, 38, 12)],
    ['2021-06-28T19:38:12+02:00', Date.UTC(2021, 5, 28, 17, 38, 12)],
    [1_624_901_892_000, Date.UTC(2021, 5, 28, 17, 38, 12)],
    [null, undefined],
  ])('last_seen %s', (last, want) => {
    const { items } = decode('zigbee2mqtt', 'zigbee2mqtt/p', { energy: 1, last_seen: last });
    expect(items[0]!.fields['ts']).toBe(want);
  });

  test('a door contact is passed over, a thermometer is a meter of temperature', () => {
    expect(decode('zigbee2mqtt', 'zigbee2mqtt/door', { contact: true })).toEqual({ items: [], refused: [] });
    expect(readings(decode('zigbee2mqtt', 'zigbee2mqtt/room', { temperature: 21.5 }))).toEqual([
      ['room', { temperature: 21.5 }],
    ]);
  });
});

describe('Acrel', () => {
  const data = { type: 'data', time: '20260108143000', gwSN: '1', meterSN: '2', wh: 8.98, p: 2.5 };
  const decodeData = (more: object): Decoded => decode('acrel', '/gw/acrelHW/AWT100/data/1', { ...data, ...more });

  test.each([
    ['with its ratio, powers are in kW', { ct: 40 }, ['2', 2.5]],
    ['without, in W', {}, ['2', 0.0025]],
    ['circuit 0 is the meter', { ct: 1, ch: 0 }, ['2', 2.5]],
    ['another circuit is one of its own', { ct: 1, ch: 3 }, ['2/3', 2.5]],
  ])('%s', (_, more, want) => {
    expect(decodeData(more).items.map(({ address, fields }) => [address, fields['rate']])).toEqual([want]);
  });

  test('history has its own time', () => {
    const { items } = decode('acrel', '/gw/acrelHW/AWT100/hstdata/1', data);
    expect(items[0]!.fields).toMatchObject({ ts: Date.UTC(2026, 0, 8, 6, 30), total: 8.98 });
  });

  test('a meter that does not answer its gateway', () => {
    expect(decodeData({ meterStatus: 'missing', wh: 0 })).toEqual({ items: [], refused: [] });
  });

  test('numbered points', () => {
    const point = [
      { id: 0, val: '12109132830004' },
      { id: 1, val: '221.3' },
      { id: 13, val: 2.56 },
      { id: 42, val: 8.98 },
    ];
    expect(
      readings(decode('acrel', '/gw/acrelHW/ADW300/data/1', { time: '20260108143000', data: [{ point }] })),
    ).toEqual([
      ['12109132830004', { ts: Date.UTC(2026, 0, 8, 6, 30), total: 8.98, unit: 'kWh', rate: 2.56, voltageA: 221.3 }],
    ]);
  });
});
