import type { AedesPublishPacket } from 'aedes';

import { hasWildcard, matchesFilter } from './topic-filter.ts';

/** A message that is kept on its topic for who subscribes later. */
export type RetainedPacket = AedesPublishPacket;

/** The last retained message of each topic. */
export interface Retained {
  /** Keeps the message; one without payload clears its topic (MQTT 3.1.1, 3.3.1.3). */
  store(packet: RetainedPacket): void;
  matching(filters: readonly string[]): Generator<RetainedPacket>;
}

/** Nothing retained. */
export function createRetained(): Retained {
  const packets = new Map<string, RetainedPacket>();
  return {
    store: (packet) => {
      if (packet.payload.length === 0) packets.delete(packet.topic);
      // A copy: the payload is a view of all that was read from the socket together with it.
      else packets.set(packet.topic, { ...packet, payload: Buffer.from(packet.payload) });
    },
    matching: function* (filters) {
      for (const filter of filters) {
        const one = packets.get(filter);
        if (one !== undefined) yield one;
        if (!hasWildcard(filter)) continue;
        // Cheap against the rest: most topics part from the filter before its first wildcard.
        const start = filter.slice(0, filter.search(/[+#]/));
        for (const [topic, packet] of packets) {
          if (topic.startsWith(start.replace(/\/$/, '')) && matchesFilter(filter, topic)) yield packet;
        }
      }
    },
  };
}
