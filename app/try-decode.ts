import type { Zone } from '../domain/zone.ts';
import { compileBinding } from '../gateway/decode/compile-binding.ts';
import { decodeBound } from '../gateway/decode/decode-bound.ts';
import { createBindingFinder } from '../gateway/decode/find-binding.ts';
import { createSparkplugSessions } from '../gateway/decode/sparkplug-b/sessions.ts';
import type { TriedMessage, TriedResult } from '../services/api/schemas/binding.ts';

/** Whose message a tried one is: nobody's, and nothing of it is stored. */
const NOBODY = 'tried';

/** Decodes a message as a binding would, with the gateway's own decoders; nothing is stored. */
export function createTryDecode(zone: Zone, now: () => number): (message: TriedMessage) => TriedResult {
  return ({ topic, pattern = topic, payload, encoding, format, mapping }) => {
    const compiled = compileBinding({
      id: NOBODY,
      collectorId: NOBODY,
      topic: pattern,
      format,
      mapping: mapping === null ? null : JSON.stringify(mapping),
    });
    if (!compiled.ok) return refused(`The binding cannot be used: ${compiled.problem}`);
    const found = createBindingFinder([compiled.binding])(topic, NOBODY);
    if (found === undefined) return refused(`The topic ${topic} does not fit the pattern ${pattern}`);
    const bytes = Buffer.from(payload, encoding === 'text' ? 'utf8' : encoding);
    const message = { position: 0, receivedAtMs: now(), source: NOBODY, topic, payload: bytes };
    const decoded = decodeBound(message, found, { zone, sessions: createSparkplugSessions() });
    return {
      readings: decoded.items.map(({ meter, address, index, fields }) => ({
        meter: meter ?? null,
        address: address ?? null,
        index,
        fields,
      })),
      refused: decoded.refused.map(({ index, reason, detail, address }) => ({
        index,
        reason,
        detail,
        address: address ?? null,
      })),
    };
  };
}

function refused(detail: string): TriedResult {
  return { readings: [], refused: [{ index: -1, reason: 'topic-not-allowed', detail, address: null }] };
}
