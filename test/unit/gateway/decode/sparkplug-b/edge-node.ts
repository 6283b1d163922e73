import sparkplug from 'sparkplug-payload';

import { decodeSparkplug, type SparkplugMessage } from '../../../../../gateway/decode/sparkplug-b/decode.ts';
import type { Decoded } from '../../../../../gateway/decode/decoded.ts';
import { createSparkplugSessions, type SparkplugSessions } from '../../../../../gateway/decode/sparkplug-b/sessions.ts';

const encoder = sparkplug.get('spBv1.0')!;

/** What the library encodes. */
export type LibraryPayload = Parameters<typeof encoder.encodePayload>[0];
export type LibraryMetric = NonNullable<LibraryPayload['metrics']>[number];

/** A payload as an implementation that is not ours encodes it. */
export function encoded(payload: LibraryPayload): Uint8Array {
  return encoder.encodePayload(payload);
}

/** An edge node `plant/edge-1` whose messages go straight to the decoder, each a second and a hundred bytes later. */
export interface TestNode {
  sessions: SparkplugSessions;
  /** `kind` may name a device: `DDATA/meter-07`. */
  send(kind: string, payload: LibraryPayload, given?: Partial<SparkplugMessage>): Decoded;
  /** What the last message was. */
  last(): SparkplugMessage;
}

export const BEGINNING = Date.UTC(2026, 0, 8, 6);

/** A node on sessions of its own, or on those given. */
export function createTestNode(sessions: SparkplugSessions = createSparkplugSessions()): TestNode {
  let count = 0;
  let last: SparkplugMessage | undefined;
  return {
    sessions,
    send: (kind, payload, given = {}) => {
      count++;
      const [type, device] = kind.split('/');
      last = {
        topic: `spBv1.0/plant/${type}/edge-1${device === undefined ? '' : `/${device}`}`,
        source: 'edge-1',
        payload: given.payload ?? encoded(payload),
        receivedAtMs: BEGINNING + count * 1000,
        position: count * 100,
        ...given,
      };
      return decodeSparkplug(last, sessions);
    },
    last: () => last!,
  };
}

/** A metric as births announce it. */
export function metric(name: string, value: LibraryMetric['value'], more: Partial<LibraryMetric> = {}): LibraryMetric {
  return { name, value, type: 'Double', ...more };
}

/** A value by its alias alone. */
export function byAlias(
  alias: number,
  value: LibraryMetric['value'],
  more: Partial<LibraryMetric> = {},
): LibraryMetric {
  return { alias, value, type: 'Double', ...more };
}

/** A property that tells a unit. */
export function unit(text: string, key = 'engUnit'): Partial<LibraryMetric> {
  return { properties: { [key]: { type: 'String', value: text } } };
}
