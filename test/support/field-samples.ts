import { createZone } from '../../domain/zone.ts';
import type { DecodingContext } from '../../gateway/decode/decoding-context.ts';
import { createBindingFinder } from '../../gateway/decode/find-binding.ts';
import { createSparkplugSessions } from '../../gateway/decode/sparkplug-b/sessions.ts';
import { createDirectory } from '../../gateway/directory.ts';
import type { SpooledMessage } from '../../gateway/spool/record.ts';
import { acrelData } from '../../simulators/encoders/acrel.ts';
import {
  type Cjt188Common,
  type Cjt188Dialect,
  encodeCjt188Flow,
  encodeCjt188Heat,
} from '../../simulators/encoders/cjt188.ts';
import { encodeDlt645Of1997 } from '../../simulators/encoders/dlt645-1997.ts';
import { encodeDlt645 } from '../../simulators/encoders/dlt645-2007.ts';
import { dtuMessage, type DtuWrapping } from '../../simulators/encoders/dtu-message.ts';
import type { JsonMessage, PlugReading } from '../../simulators/encoders/json-message.ts';
import { encodeMbus } from '../../simulators/encoders/mbus.ts';
import { mbusDateTime, MBUS_VIF } from '../../simulators/encoders/mbus-vif.ts';
import { shellyNotification, shellyStatus } from '../../simulators/encoders/shelly.ts';
import { createSparkplugNode, type SparkplugMetric } from '../../simulators/encoders/sparkplug-node.ts';
import { tasmotaSensor } from '../../simulators/encoders/tasmota.ts';
import { zigbeeState } from '../../simulators/encoders/zigbee2mqtt.ts';
import { createDice, type Dice } from './fuzz/dice.ts';

/** A message as a collector publishes it. */
export interface FieldSample {
  topic: string;
  payload: Buffer;
  /** Meter frames (or readings, where the format has no frames) that it carries. */
  frames: number;
}

/** Messages of one format. */
export interface FieldFormat {
  name: string;
  samples: readonly FieldSample[];
  /** What has to be heard before. */
  prelude: readonly FieldSample[];
  /** Bytes of a checksum over a single frame, to be mended after damage. */
  hasChecksum: boolean;
}

const COLLECTOR = 'dtu-1';
const NOW_MS = Date.UTC(2026, 0, 8, 6, 30);
const FRAMES_TOPIC = `energy/v1/${COLLECTOR}/frames`;
const CHINA_OFFSET_MS = 8 * 3_600_000;
const DIALECTS: readonly Cjt188Dialect[] = [
  { identifier: '901F', unit: 'after' },
  { identifier: '1F90', unit: 'after' },
  { identifier: '901F', unit: 'before' },
];

/** Samples of every format of the field, `count` of each, the same for the same seed. */
export function fieldFormats(count: number, seed = 1): FieldFormat[] {
  const dice = createDice(seed);
  const times = Array.from({ length: count }, (_, index) => index);
  const frames = (name: string, make: () => Buffer): FieldFormat => ({
    name,
    samples: times.map(() => ({ topic: FRAMES_TOPIC, payload: make(), frames: 1 })),
    prelude: [],
    hasChecksum: true,
  });
  const wrapped = (name: string, wrapping: DtuWrapping, perMessage: number): FieldFormat => ({
    name,
    samples: times.map(() => {
      const read = Array.from({ length: perMessage }, (_, index) => ({
        frame: anyFrame(dice),
        atMs: NOW_MS - index * 900_000,
      }));
      return { topic: FRAMES_TOPIC, payload: dtuMessage(read, wrapping), frames: perMessage };
    }),
    prelude: [],
    hasChecksum: false,
  });
  const plugs = (name: string, make: () => JsonMessage): FieldFormat => ({
    name,
    samples: times.map(() => jsonSample(make())),
    prelude: [],
    hasChecksum: false,
  });
  return [
    frames('DL/T 645-2007', () => electricityFrame(dice)),
    frames('DL/T 645-1997', () => encodeDlt645Of1997(digits(dice, 12), '901F', registers(dice))),
    frames('CJ/T 188', () => (dice.chance(0.5) ? waterFrame(dice) : heatFrame(dice))),
    frames('M-Bus', () => mbusFrame(dice)),
    wrapped('frames as hex text', 'hex-spaced', 3),
    wrapped('frames in JSON', 'json', 4),
    sparkplug(dice, count),
    plugs('Shelly gen2', () => {
      const channel = dice.below(3);
      const messages = [
        shellyNotification('shelly-1', channel, plug(dice)),
        ...shellyStatus('shelly-1', channel, plug(dice)),
      ];
      return dice.pick(messages);
    }),
    plugs('Tasmota', () => tasmotaSensor('plug-1', plug(dice))),
    plugs('Zigbee2MQTT', () => zigbeeState('plug-2', plug(dice))),
    plugs('Acrel', () =>
      acrelData({ product: 'ADW300', gatewaySn: '12209263660002', meterSn: digits(dice, 14) }, plug(dice)),
    ),
  ];
}

/** What messages of these formats are decoded with, one for each run: Sparkplug births are taken into it. */
export function fieldContext(): DecodingContext {
  const directory = createDirectory();
  const binding = (id: string, topic: string, format: string) => ({
    id,
    collectorId: COLLECTOR,
    topic,
    format,
    mapping: null,
  });
  directory.replace({
    bindings: [
      binding('shelly', '{address}/events/rpc', 'shelly-gen2'),
      binding('shelly-status', '{address}/status/+', 'shelly-gen2'),
      binding('tasmota', 'tele/{address}/SENSOR', 'tasmota'),
      binding('zigbee', 'zigbee2mqtt/{address}', 'zigbee2mqtt'),
      binding('acrel', '/gw/acrelHW/{product}/data/{gateway}', 'acrel'),
    ],
  });
  return {
    baseTopic: 'energy/v1',
    findBinding: createBindingFinder(directory.bindings()),
    zone: createZone('Asia/Shanghai'),
    sessions: createSparkplugSessions(),
  };
}

/** The sample as the gateway finds it in its spool. */
export function spooledSample(topic: string, payload: Uint8Array, position: number): SpooledMessage {
  const source = topic.startsWith('spBv1.0/') ? 'edge-1' : COLLECTOR;
  return { source, topic, payload, receivedAtMs: NOW_MS, position };
}

function anyFrame(dice: Dice): Buffer {
  return dice.pick([electricityFrame, waterFrame, heatFrame, mbusFrame])(dice);
}

function electricityFrame(dice: Dice): Buffer {
  const address = digits(dice, 12);
  const preamble = dice.below(5);
  switch (dice.below(4)) {
    case 0:
      return encodeDlt645(address, '00010000', [amount(dice)], { preamble });
    case 1:
      return encodeDlt645(address, '0001FF00', registers(dice), { preamble });
    case 2:
      return encodeDlt645(address, '02030000', [dice.below(790_000) / 10_000], { preamble });
    default:
      return encodeDlt645(address, '0201FF00', [229.8, null, dice.below(9999) / 10], { preamble });
  }
}

function common(dice: Dice, type: number): Cjt188Common {
  const local = new Date(NOW_MS + CHINA_OFFSET_MS - dice.below(1e7) * 1000);
  return {
    type,
    address: digits(dice, 14),
    clock: { local, reversed: dice.chance(0.2) },
    dialect: dice.pick(DIALECTS),
    preamble: dice.below(5),
  };
}

function waterFrame(dice: Dice): Buffer {
  const settled = dice.chance(0.3) ? null : amount(dice);
  return encodeCjt188Flow({
    ...common(dice, 0x10),
    current: { value: amount(dice), unit: 'm3' },
    settled: { value: settled, unit: 'm3' },
  });
}

function heatFrame(dice: Dice): Buffer {
  const unit = dice.pick(['GJ', 'kWh', 'MWh'] as const);
  return encodeCjt188Heat({
    ...common(dice, 0x20),
    settled: { value: amount(dice), unit },
    current: { value: amount(dice), unit },
    power: { value: dice.below(99_999) / 100, unit: 'kW' },
    flow: { value: dice.below(999_999) / 10_000, unit: 'm3/h' },
    volume: { value: amount(dice), unit: 'm3' },
    supply: dice.below(9_999) / 100,
    return: dice.below(9_999) / 100,
    hours: dice.below(99_999),
  });
}

function mbusFrame(dice: Dice): Buffer {
  const number = (most: number): number => dice.below(most);
  return encodeMbus({
    id: digits(dice, 8),
    manufacturer: 'JNG',
    medium: 0x04,
    records: [
      { vif: MBUS_VIF.energyWh(3), coding: 'int32', digits: number(1e9) },
      { vif: MBUS_VIF.volumeM3(-2), coding: 'bcd8', digits: number(1e8) },
      { vif: MBUS_VIF.powerW(0), coding: 'int32', digits: number(1e6) },
      { vif: MBUS_VIF.flowM3PerHour(-3), coding: 'bcd6', digits: number(1e5) },
      { vif: MBUS_VIF.supplyC(-2), coding: 'bcd4', digits: number(9999) },
      { vif: MBUS_VIF.returnC(-2), coding: 'bcd4', digits: number(9999) },
      { vif: MBUS_VIF.energyWh(3), coding: 'int32', digits: number(1e9), storage: 1 },
      { vif: MBUS_VIF.dateTime(), coding: 'int32', digits: mbusDateTime(new Date(NOW_MS + CHINA_OFFSET_MS)) },
    ],
  });
}

function sparkplug(dice: Dice, count: number): FieldFormat {
  const node = createSparkplugNode('group', 'edge-1', 1);
  const metrics = ['total', 'rate', 'voltage', 'reverse'].map((name, alias): SparkplugMetric => ({
    name,
    alias,
    type: 'Double',
    unit: name === 'total' ? 'kWh' : undefined,
  }));
  const values = (atMs: number) => metrics.map((metric) => ({ metric, value: amount(dice), atMs }));
  const births = [node.birth(NOW_MS), node.deviceBirth('meter-1', NOW_MS, values(NOW_MS))];
  const data = Array.from({ length: count }, (_, index) =>
    node.deviceData('meter-1', NOW_MS, values(NOW_MS + index * 1000)),
  );
  return {
    name: 'Sparkplug B',
    samples: data.map((message) => ({ ...message, frames: 1 })),
    prelude: births.map((message) => ({ ...message, frames: 1 })),
    hasChecksum: false,
  };
}

function plug(dice: Dice): PlugReading {
  return {
    atMs: NOW_MS - dice.below(1e6) * 1000,
    totalKwh: amount(dice),
    powerW: dice.below(40_000) / 10,
    voltage: 220 + dice.below(200) / 10,
    current: dice.below(20_000) / 1000,
    powerFactor: dice.below(100) / 100,
  };
}

function jsonSample({ topic, payload }: JsonMessage): FieldSample {
  return { topic, payload: Buffer.from(payload), frames: 1 };
}

function registers(dice: Dice): number[] {
  return Array.from({ length: 5 }, () => amount(dice));
}

/** With two decimals, below a million. */
function amount(dice: Dice): number {
  return dice.below(99_999_999) / 100;
}

function digits(dice: Dice, count: number): string {
  return Array.from({ length: count }, () => dice.below(10)).join('');
}
