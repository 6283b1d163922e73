import sparkplug from 'sparkplug-payload';

import { bug } from '../../domain/errors.ts';

/** A quantity as a birth certificate announces it. */
export interface SparkplugMetric {
  name: string;
  /** Stands for the name in data messages; without it they carry the name. */
  alias?: number;
  type: 'Double' | 'Float' | 'Int32' | 'Int64' | 'UInt32' | 'UInt64' | 'Boolean' | 'String';
  /** Told as property `engUnit`. */
  unit?: string;
}

/** A value of an announced metric; null where it has none at present. */
export interface SparkplugValue {
  metric: SparkplugMetric;
  value: number | boolean | string | null;
  /** When it was measured; the time of the message where left out. */
  atMs?: number;
  /** Sent later than it was measured. */
  historical?: boolean;
}

/** A message of a node, ready to publish. */
export interface SparkplugMessage {
  topic: string;
  payload: Buffer;
}

/** An edge node of Sparkplug B: keeps the sequence number that runs over all its messages, 0 to 255 and again. */
export interface SparkplugNode {
  /** NDEATH, to be left as last will before connecting, and published on leaving. */
  death(): SparkplugMessage;
  /** NBIRTH: the sequence begins at 0. */
  birth(atMs: number, values?: readonly SparkplugValue[]): SparkplugMessage;
  data(atMs: number, values: readonly SparkplugValue[]): SparkplugMessage;
  deviceBirth(device: string, atMs: number, values: readonly SparkplugValue[]): SparkplugMessage;
  deviceData(device: string, atMs: number, values: readonly SparkplugValue[]): SparkplugMessage;
  deviceDeath(device: string, atMs: number): SparkplugMessage;
}

type LibraryMetric = NonNullable<NonNullable<Parameters<typeof encodePayload>[0]['metrics']>[number]>;

const { encodePayload } = sparkplug.get('spBv1.0') ?? bug('sparkplug-payload knows no spBv1.0');

/** Creates a node; `session` (bdSeq) tells one connection's birth and death from another's. */
export function createSparkplugNode(group: string, node: string, session: number): SparkplugNode {
  let sequence = -1;
  const topic = (kind: string, device?: string): string =>
    `spBv1.0/${group}/${kind}/${node}${device === undefined ? '' : `/${device}`}`;
  const message = (kind: string, device: string | undefined, atMs: number, metrics: LibraryMetric[]) => {
    sequence = kind === 'NBIRTH' ? 0 : (sequence + 1) % 256;
    const payload = Buffer.from(encodePayload({ timestamp: atMs, metrics, seq: sequence }));
    return { topic: topic(kind, device), payload };
  };
  const bornIn = (): LibraryMetric => ({ name: 'bdSeq', type: 'UInt64', value: session });

  return {
    death: () => ({ topic: topic('NDEATH'), payload: Buffer.from(encodePayload({ metrics: [bornIn()] })) }),
    birth: (atMs, values = []) => message('NBIRTH', undefined, atMs, [bornIn(), ...values.map(announced)]),
    data: (atMs, values) => message('NDATA', undefined, atMs, values.map(reported)),
    deviceBirth: (device, atMs, values) => message('DBIRTH', device, atMs, values.map(announced)),
    deviceData: (device, atMs, values) => message('DDATA', device, atMs, values.map(reported)),
    deviceDeath: (device, atMs) => message('DDEATH', device, atMs, []),
  };
}

/** Name, alias, type, unit and value: all that a birth says of a metric. */
function announced({ metric, value, atMs, historical }: SparkplugValue): LibraryMetric {
  const { name, alias, type, unit } = metric;
  return {
    name,
    ...(alias !== undefined && { alias }),
    type,
    value,
    ...(atMs !== undefined && { timestamp: atMs }),
    ...(historical === true && { isHistorical: true }),
    ...(unit !== undefined && { properties: { engUnit: { type: 'String', value: unit } } }),
  };
}

/** The alias instead of the name where there is one. */
function reported({ metric, value, atMs, historical }: SparkplugValue): LibraryMetric {
  const { name, alias, type } = metric;
  return {
    ...(alias === undefined ? { name } : { alias }),
    type,
    value,
    ...(atMs !== undefined && { timestamp: atMs }),
    ...(historical === true && { isHistorical: true }),
  };
}
