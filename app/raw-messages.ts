import type { Zone } from '../domain/zone.ts';
import type { Archive } from '../gateway/archive/open-archive.ts';
import { framesOfPayload } from '../gateway/decode/frames/payload-frames.ts';
import { createSparkplugSessions, type SparkplugSessions } from '../gateway/decode/sparkplug-b/sessions.ts';
import type { Directory } from '../gateway/directory.ts';
import { sortOut, type Batch } from '../gateway/sort-out.ts';
import type { SpooledMessage } from '../gateway/spool/record.ts';
import { isOwnTopic, routeOf } from '../gateway/topic.ts';
import type { ValidationLimits } from '../gateway/validate/validate.ts';
import type { RawItem, RawMessages } from '../services/provenance/raw-messages.ts';

/** What {@link createRawMessages} reads with. */
export interface RawMessagesOptions {
  archive: Pick<Archive, 'find'>;
  directory: Directory;
  /** Births that explain the messages of Sparkplug nodes; not changed. */
  sessions: SparkplugSessions;
  baseTopic: string;
  zone: Zone;
  limits: ValidationLimits;
}

/** Reads single messages from spool and archive and takes them apart as the drain does; nothing is stored. */
export function createRawMessages(options: RawMessagesOptions): RawMessages {
  const { archive, baseTopic, zone } = options;
  const context = { ...options, sparkplug: { sessions: readOnly(options.sessions) } };
  return {
    at: async (position) => {
      const found = await archive.find(position);
      if (found === undefined) return undefined;
      const { message } = found;
      const batch = await sortOut([message], context);
      return {
        position,
        topic: message.topic,
        collector: message.source,
        receivedAtMs: message.receivedAtMs,
        // Of a view only the whole block behind it could be handed to another thread.
        payload: Uint8Array.from(message.payload),
        in: found.in,
        onlyMeter: onlyMeterOf(message, batch, baseTopic),
        items: itemsOf(batch, partsOf(message, baseTopic, zone)),
      };
    },
  };
}

// Births of the past are looked up; what is read once more is no news of the node.
function readOnly(sessions: SparkplugSessions): SparkplugSessions {
  return {
    ...createSparkplugSessions(),
    birthOf: (message) => sessions.birthOf(message),
    bear: () => true,
    observe: () => undefined,
  };
}

function onlyMeterOf({ topic, source }: SpooledMessage, batch: Batch, baseTopic: string): string | null {
  const route = routeOf(topic, baseTopic);
  // The topic names it, whatever the registry says of it today.
  if (route.kind === 'reading' && isOwnTopic(topic, baseTopic, source)) return route.meter;
  if (batch.entries.length > 0) return null;
  const meters = new Set(batch.rows.map((row) => row.meter));
  return meters.size === 1 ? [...meters][0]! : null;
}

function itemsOf(batch: Batch, partOf: (index: number) => Uint8Array | null): RawItem[] {
  const items = new Map<string, RawItem>();
  for (const [n, row] of batch.rows.entries()) {
    const { index, address = null } = batch.origins[n]!;
    const key = `${index} ${row.meter}`;
    let item = items.get(key);
    if (item === undefined) {
      item = {
        meter: row.meter,
        address,
        index,
        observedAtMs: row.observedAtMs,
        values: {},
        part: partOf(index),
      };
      items.set(key, item);
    }
    item.values[row.metric] = row.value;
  }
  for (const { index, meter = null, address = null } of batch.entries)
    items.set(`${index} refused ${items.size}`, { meter, address, index, observedAtMs: null, values: {}, part: null });
  return [...items.values()].toSorted((a, b) => a.index - b.index);
}

/** The bytes of one item: an element of the platform's JSON, or a frame; what other formats mix cannot be told apart. */
function partsOf(message: SpooledMessage, baseTopic: string, zone: Zone): (index: number) => Uint8Array | null {
  const { topic, source, payload } = message;
  const { kind } = isOwnTopic(topic, baseTopic, source) ? routeOf(topic, baseTopic) : { kind: 'unknown' };
  if (kind === 'readings') {
    const elements = arrayOf(payload);
    return (index) => (index in elements ? Uint8Array.from(Buffer.from(JSON.stringify(elements[index]))) : null);
  }
  if (kind !== 'frames') return () => null;
  const frames = framesOfPayload(payload, zone);
  return (index) => {
    const frame = frames.ok ? frames.pieces[Math.max(0, index)] : undefined;
    return frame === undefined ? null : Uint8Array.from(frame.bytes);
  };
}

function arrayOf(payload: Uint8Array): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(payload).toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
