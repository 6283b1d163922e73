import { ID_PATTERN } from '../../../domain/ids.ts';
import type { Decoded, Refused } from '../decoded.ts';

/** Most readings in one message. */
const MAX_ITEMS = 1000;
/** Making one costs as much as parsing a reading. */
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Decodes the platform's own JSON: one reading, an array of them, or (without `meter`) an array in which each names
 * its meter. Never throws; good items of an array are kept beside bad ones.
 */
export function decodeNativeJson(payload: Uint8Array, meter: string | undefined): Decoded {
  const parsed = parseJson(payload);
  if (!parsed.ok) return whole('not-json', `The payload is not JSON: ${parsed.detail}`);
  const { value } = parsed;
  if (!Array.isArray(value)) {
    if (meter === undefined) return whole('bad-shape', 'Expected an array of readings, each with its "meter"');
    return split([value], meter, true);
  }
  if (value.length > MAX_ITEMS) {
    return whole('too-many-items', `${value.length} readings in one message; at most ${MAX_ITEMS} are taken`);
  }
  if (value.length === 0) return whole('no-quantity', 'An empty array carries no reading');
  return split(value, meter, false);
}

function split(values: unknown[], meter: string | undefined, single: boolean): Decoded {
  const decoded: Decoded = { items: [], refused: [] };
  for (let position = 0; position < values.length; position++) {
    const value = values[position];
    const index = single ? -1 : position;
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      decoded.refused.push({ index, reason: 'bad-shape', detail: `Expected an object, found ${kindOf(value)}` });
      continue;
    }
    const fields = value as Record<string, unknown>;
    const id = meter ?? fields['meter'];
    if (meter === undefined && (typeof id !== 'string' || !ID_PATTERN.test(id))) {
      const detail = 'Each reading names its "meter": letters, digits, _ and -';
      decoded.refused.push({ index, reason: 'bad-shape', detail });
      continue;
    }
    decoded.items.push({ meter: id as string, index, fields });
  }
  return decoded;
}

function parseJson(payload: Uint8Array): { ok: true; value: unknown } | { ok: false; detail: string } {
  try {
    return { ok: true, value: JSON.parse(UTF8.decode(payload)) };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message.slice(0, 200) : 'unreadable' };
  }
}

function whole(reason: Refused['reason'], detail: string): Decoded {
  return { items: [], refused: [{ index: -1, reason, detail }] };
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}
