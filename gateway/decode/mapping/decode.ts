import type { TemplatePart } from '../../../domain/address-template.ts';
import type { QuarantineReason } from '../../../domain/reading.ts';
import type { Decoded } from '../decoded.ts';
import type { DecodeContext } from '../frame-result.ts';
import { scaledBy } from '../../../domain/scaled-by.ts';
import type { CompiledCondition, CompiledMapping, CompiledRule } from './compile.ts';
import { readTime } from './read-time.ts';
import { textOf, valueAt, type Variables } from './value-at.ts';

/** A topic with the levels that its binding's pattern names. */
export interface BoundTopic {
  topic: string;
  levels: Readonly<Record<string, string>>;
}

/** Most readings in one message. */
const MAX_READINGS = 1000;
const MAX_ADDRESS = 128;
const PATHS_SHOWN = 6;
const UTF8 = new TextDecoder('utf-8', { fatal: true });
const NUMBER = /^[+-]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})([eE][+-]?\d{1,3})?$/;

interface Gathering {
  root: unknown;
  mapping: CompiledMapping;
  context: DecodeContext;
  decoded: Decoded;
  /** Readings found, good and bad. */
  count: number;
}

/**
 * Decodes JSON by a field mapping (domain/field-mapping.ts): every rule that fits the message yields the readings it
 * finds. Never throws, whatever the bytes; good readings are kept beside bad ones.
 */
export function decodeMapping(
  payload: Uint8Array,
  { topic, levels }: BoundTopic,
  mapping: CompiledMapping,
  context: DecodeContext,
): Decoded {
  const parsed = parseJson(payload);
  if (!parsed.ok) return whole(mapping, 'not-json', `The payload is not JSON: ${parsed.detail}`);
  const gathering: Gathering = { root: parsed.value, mapping, context, decoded: { items: [], refused: [] }, count: 0 };
  // A device that is a collector of its own is named by that level alone.
  const speaker: Variables = levels['collector'] === undefined ? {} : { address: levels['collector'] };
  for (const rule of mapping.rules) {
    const named = rule.topic === undefined ? {} : rule.topic.match(topic);
    if (named !== undefined) applyRule(rule, { ...speaker, ...levels, ...named }, gathering);
    if (gathering.count > MAX_READINGS) {
      return whole(mapping, 'too-many-items', `More than ${MAX_READINGS} readings in one message; none is taken`);
    }
  }
  if (gathering.count === 0) return nothingFound(gathering, topic, levels);
  if (gathering.count === 1)
    for (const one of [gathering.decoded.items[0], gathering.decoded.refused[0]]) if (one) one.index = -1;
  return gathering.decoded;
}

function applyRule(rule: CompiledRule, variables: Variables, gathering: Gathering): void {
  const { root } = gathering;
  if (rule.each === undefined) return take(rule, root, variables, gathering);
  const members = valueAt(rule.each, root, root, variables);
  if (members === null || typeof members !== 'object') return;
  const container = members as Record<string, unknown>;
  // Not Object.keys: a message of a million members is left after the first thousand readings.
  for (const key in container) {
    if (gathering.count > MAX_READINGS) return;
    if (!Object.hasOwn(container, key)) continue;
    const named = namesIn(key, rule);
    if (named !== undefined) take(rule, container[key], { ...variables, ...named, key }, gathering);
  }
}

function namesIn(key: string, { key: wanted }: CompiledRule): Variables | undefined {
  if (wanted === undefined) return {};
  const found = key.length > MAX_ADDRESS ? null : wanted.pattern.exec(key);
  if (found === null) return undefined;
  return Object.fromEntries(wanted.names.map((name, index) => [name, found[index + 1]!]));
}

// Takes the reading that a rule finds in a message, or in a member of it; none where it finds no quantity.
function take(rule: CompiledRule, member: unknown, variables: Variables, gathering: Gathering): void {
  const { root, context, decoded, mapping } = gathering;
  if (!rule.when.every((condition) => holds(condition, root, member, variables))) return;
  const found = quantitiesOf(rule, root, member, variables);
  if (found === undefined) return;
  const address = addressOf(rule.address, root, member, variables) ?? variables['meter'];
  // Without an address a rule for the whole message does not fit; one for members leaves none of them out.
  if (address === undefined && rule.each === undefined) return;
  const index = gathering.count++;
  const refuse = (reason: QuarantineReason, detail: string): void => {
    decoded.refused.push({ index, reason, detail, address, format: mapping.format });
  };
  if (address === undefined) return refuse('bad-shape', 'A member has a quantity, and not what makes up its address');
  if (!found.ok) return refuse('bad-value', found.detail);
  const { fields } = found;
  if (rule.time !== undefined) {
    const told = valueAt(rule.time.path, root, member, variables);
    const ts = readTime(told, rule.time.format, context.zone);
    if (ts !== undefined) fields['ts'] = ts;
    else if (textOf(told) !== '') {
      return refuse(
        'bad-time',
        `${rule.time.path.text} is no time (${rule.time.format}): ${textOf(told).slice(0, 64)}`,
      );
    }
  }
  decoded.items.push({
    ...(address === variables['meter'] ? { meter: address } : { address }),
    format: mapping.format,
    index,
    fields,
  });
}

type Found = { ok: true; fields: Record<string, unknown> } | { ok: false; detail: string };

function quantitiesOf(rule: CompiledRule, root: unknown, member: unknown, variables: Variables): Found | undefined {
  let fields: Record<string, unknown> | undefined;
  for (const { path, quantity, isRegister, factor, countsInUnit } of rule.fields) {
    const value = valueAt(path, root, member, variables);
    // An array or an object is another shape of message, which another rule may fit.
    if (value === undefined || value === null || value === '' || typeof value === 'object') continue;
    fields ??= {};
    const target = isRegister ? ((fields['registers'] ??= {}) as Record<string, unknown>) : fields;
    if (target[quantity] !== undefined) continue;
    const number = numberOf(value);
    if (number === undefined) return { ok: false, detail: `${path.text} is no number: ${textOf(value).slice(0, 64)}` };
    target[quantity] = scaledBy(number, factor);
    if (countsInUnit && rule.unit !== undefined) fields['unit'] = rule.unit;
  }
  return fields === undefined ? undefined : { ok: true, fields };
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return NUMBER.test(text) ? Number(text) : undefined;
}

function holds({ path, is, isNot }: CompiledCondition, root: unknown, member: unknown, variables: Variables): boolean {
  const text = textOf(valueAt(path, root, member, variables));
  return (is === undefined || is.includes(text)) && isNot?.includes(text) !== true;
}

function addressOf(parts: TemplatePart[], root: unknown, member: unknown, variables: Variables): string | undefined {
  let address = '';
  for (const part of parts) {
    if (part.kind === 'text') address += part.text;
    else {
      const text =
        part.kind === 'path'
          ? plainText(valueAt(part.path, root, member, variables))
          : Object.hasOwn(variables, part.name)
            ? variables[part.name]!
            : '';
      if (text === '') return undefined;
      address += text;
    }
    if (address.length > MAX_ADDRESS) return undefined;
  }
  return address;
}

function plainText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

function nothingFound({ mapping, root }: Gathering, topic: string, levels: Variables): Decoded {
  const isPassedOver = mapping.passOver.some(
    ({ topic: pattern, when }) =>
      (pattern === undefined || pattern.match(topic) !== undefined) &&
      when.every((condition) => holds(condition, root, root, levels)),
  );
  if (isPassedOver) return { items: [], refused: [] };
  const shown = mapping.paths.slice(0, PATHS_SHOWN).join(', ');
  const more = mapping.paths.length > PATHS_SHOWN ? `, … (${mapping.paths.length})` : '';
  return whole(
    mapping,
    'no-quantity',
    `No rule of the mapping finds a quantity and an address; looked for ${shown}${more}`,
  );
}

function parseJson(payload: Uint8Array): { ok: true; value: unknown } | { ok: false; detail: string } {
  try {
    return { ok: true, value: JSON.parse(UTF8.decode(payload)) };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message.slice(0, 200) : 'unreadable' };
  }
}

function whole({ format }: CompiledMapping, reason: QuarantineReason, detail: string): Decoded {
  return { items: [], refused: [{ index: -1, reason, detail, format }] };
}
