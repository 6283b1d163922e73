import { fieldMappingSchema, type FieldMapping } from '../../../../../domain/field-mapping.ts';
import { createZone } from '../../../../../domain/zone.ts';
import type { Decoded } from '../../../../../gateway/decode/decoded.ts';
import { compileMapping } from '../../../../../gateway/decode/mapping/compile.ts';
import { decodeMapping } from '../../../../../gateway/decode/mapping/decode.ts';

/** What the payloads of these tests are decoded with. */
export const context = { zone: createZone('Asia/Shanghai'), receivedAtMs: Date.UTC(2026, 0, 15) };

/** Decodes a payload (JSON, or its text) by a mapping that went through its schema and through JSON, as bindings do. */
export function decodeJson(
  mapping: FieldMapping,
  payload: unknown,
  levels: Record<string, string> = { address: 'm1' },
  topic = 'site/m1/up',
): Decoded {
  const kept = fieldMappingSchema.parse(JSON.parse(JSON.stringify(mapping)));
  const bytes = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  return decodeMapping(bytes, { topic, levels }, compileMapping(kept), context);
}
