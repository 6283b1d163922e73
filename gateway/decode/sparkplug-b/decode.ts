import type { QuarantineReason } from '../../../domain/reading.ts';
import type { Decoded } from '../decoded.ts';
import { meaningOf, type AnnouncedMetric, type Birth } from './birth.ts';
import { createMeterReadings } from './meter-readings.ts';
import { metricNumber } from './metric-number.ts';
import { readPayload, type Metric, type Payload } from './payload.ts';
import type { SessionMessage, SparkplugSessions } from './sessions.ts';
import { parseSparkplugTopic, type SparkplugTopic } from './topic.ts';

/** A message as it stands in the spool. */
export interface SparkplugMessage {
  topic: string;
  /** The collector in whose name the edge node speaks. */
  source: string;
  payload: Uint8Array;
  receivedAtMs: number;
  position: number;
}

const SESSION_METRIC = 'bdSeq';
const NAMES_SHOWN = 5;

/**
 * Decodes a message of a Sparkplug B edge node or device: births and data are readings, a reading for each instant and
 * meter; deaths, commands and states are none. Births and deaths are taken into `sessions`, as are sequence numbers.
 * Never throws, whatever the bytes.
 */
export function decodeSparkplug(message: SparkplugMessage, sessions: SparkplugSessions): Decoded {
  const topic = parseSparkplugTopic(message.topic);
  if (topic === undefined) return refuse('unknown-topic', 'Expected spBv1.0/{group}/{kind}/{edge node}[/{device}]');
  if (topic.kind === 'other') return { items: [], refused: [] };
  const outcome = readPayload(message.payload);
  if (!outcome.ok) return refuse(outcome.reason, outcome.detail);
  const { payload } = outcome;
  const isBirth = topic.kind === 'NBIRTH' || topic.kind === 'DBIRTH';

  const sessionMessage = sessionMessageOf(message, topic, payload);
  if (isBirth && !sessions.bear(sessionMessage, payload.metrics)) {
    return refuse('too-many-items', 'The collector has announced more metrics than are kept of one');
  }
  sessions.observe(sessionMessage);
  if (topic.kind === 'NDEATH' || topic.kind === 'DDEATH') return { items: [], refused: [] };

  const birth = sessions.birthOf(sessionMessage);
  const unknown = isBirth ? undefined : aliasWithoutBirth(payload.metrics, birth);
  if (unknown !== undefined) {
    return refuse(
      'unknown-alias',
      `No birth certificate of ${topic.node}/${topic.device} received before tells what alias ${unknown} is; have the ` +
        'edge node give birth anew, and replay this once the birth it belongs to is known',
    );
  }
  return readingsOf(payload, birth, topic, isBirth);
}

function sessionMessageOf(message: SparkplugMessage, topic: SparkplugTopic, payload: Payload): SessionMessage {
  const { kind, node, edgeNode, device } = topic;
  const { source: collector, receivedAtMs, position } = message;
  const told = kind === 'NBIRTH' || kind === 'NDEATH' ? sessionOf(payload.metrics) : undefined;
  const { sequence } = payload;
  return { kind, collector, node, edgeNode, device, receivedAtMs, position, sequence, session: told };
}

function sessionOf(metrics: readonly Metric[]): string | undefined {
  const metric = metrics.find(({ name }) => name === SESSION_METRIC);
  if (metric === undefined || metric.value.kind !== 'integer') return undefined;
  return String((BigInt(metric.value.high) << 32n) | BigInt(metric.value.low));
}

function aliasWithoutBirth(metrics: readonly Metric[], birth: Birth | undefined): string | undefined {
  for (const { name, alias } of metrics) {
    if (name === undefined && alias !== undefined && birth?.byAlias.has(alias) !== true) return alias;
  }
  return undefined;
}

function readingsOf(payload: Payload, birth: Birth | undefined, topic: SparkplugTopic, isBirth: boolean): Decoded {
  const readings = createMeterReadings();
  const meaningless: string[] = [];
  let count = 0;
  for (const metric of payload.metrics) {
    const announced = announcedAs(metric, birth, topic);
    const meaning = announced?.meaning;
    if (meaning === undefined || metric.isNull || metric.value.kind === 'none') {
      if (meaningless.length < NAMES_SHOWN) meaningless.push((announced?.name ?? '?').slice(0, 64));
      continue;
    }
    // A unit told with the value counts before that of the birth.
    const told = metric.unit === undefined ? meaning : { ...meaning, unit: metric.unit };
    const value = metricNumber(metric.value, metric.datatype === 0 ? announced!.datatype : metric.datatype);
    // An encoder that has no time writes 0.
    const timestampMs = metric.timestamp || payload.timestamp || undefined;
    if (!readings.add(told, value, timestampMs, announced!.name.slice(0, 64))) {
      return refuse('too-many-items', 'More than 1000 readings (meters × instants) in one message');
    }
    count++;
  }
  if (count > 0) return readings.finish();
  // A birth has done its work; an edge node without metrics of a meter gives birth too.
  if (isBirth) return { items: [], refused: [] };
  const names = meaningless.length === 0 ? 'none' : meaningless.join(', ');
  return refuse('no-quantity', `No metric of the message is a quantity with a value; found: ${names}`);
}

function announcedAs(metric: Metric, birth: Birth | undefined, topic: SparkplugTopic): AnnouncedMetric | undefined {
  const { name, alias, datatype } = metric;
  if (name === undefined) return alias === undefined ? undefined : birth?.byAlias.get(alias);
  const announced = birth?.byName.get(name);
  if (announced !== undefined) return announced;
  return { name, datatype, meaning: meaningOf(name, metric.unit, topic.edgeNode, topic.device) };
}

function refuse(reason: QuarantineReason, detail: string): Decoded {
  return { items: [], refused: [{ index: -1, reason, detail, format: 'sparkplug-b' }] };
}
