import { parseAddressTemplate } from '../../domain/address-template.ts';
import type { FieldMapping, MappingRule } from '../../domain/field-mapping.ts';
import { MEDIA, unitFactor } from '../../domain/quantity.ts';
import { readyMappingOf } from '../../domain/ready-mappings/ready-mappings.ts';
import { parseTopicPattern } from '../../domain/topic-pattern.ts';
import type { Binding } from '../api/schemas/binding.ts';

/** Levels that every topic of the platform has below its base topic: the collector's name, and what it is. */
const LEVELS_BELOW_BASE = 2;
const NAME = /\{([a-z][A-Za-z0-9]{0,31})\}/g;

/**
 * Why a binding cannot be as it is given, in a sentence that names field and remedy; undefined where it can. `baseTopic`
 * is the platform's own, which no other system's topics may lie in.
 */
export function problemOfBinding(binding: Omit<Binding, 'id'>, baseTopic: string): string | undefined {
  const { topic, collectorId, format, mapping } = binding;
  const names = namesIn(topic);
  return (
    problemOfTopic(topic, baseTopic) ??
    problemOfCollector(collectorId, names) ??
    problemOfFormat(format, mapping) ??
    problemOfReady(format, topic, names) ??
    mapping?.rules.map((rule, index) => problemOfRule(rule, index, names)).find((found) => found !== undefined)
  );
}

function problemOfTopic(topic: string, baseTopic: string): string | undefined {
  if (/\p{Cc}/u.test(topic)) return 'topic: there is a control character in it; take it out';
  const pattern = parseTopicPattern(topic);
  if (pattern === undefined) {
    return `topic: ${topic} is no pattern; give levels between slashes, {name} for one that differs, + for one that does not matter, # at the end for all that follow, each name once`;
  }
  if (topic.startsWith('$')) return `topic: ${topic} begins with $, as topics of the broker do; take another`;
  for (const own of [baseTopic, `${baseTopic}-gateways`]) {
    if (!overlaps(pattern.filter, own)) continue;
    return `topic: ${topic} would take in the platform's own topics below ${own}; begin with a level of its own`;
  }
  return undefined;
}

/** True where a filter lets through a topic of two levels or more below `base`. */
function overlaps(filter: string, base: string): boolean {
  const levels = filter.split('/');
  const isOpen = levels.at(-1) === '#';
  if (isOpen) levels.pop();
  const own = base.split('/');
  if (!isOpen && levels.length < own.length + LEVELS_BELOW_BASE) return false;
  return own.every((level, index) => levels[index] === undefined || levels[index] === '+' || levels[index] === level);
}

function problemOfCollector(collectorId: string | null, names: ReadonlySet<string>): string | undefined {
  if (collectorId === null && !names.has('collector')) {
    return 'collectorId: whose messages are these? Name the collector, or mark the level of the topic that does: {collector}';
  }
  if (collectorId !== null && names.has('collector')) {
    return 'collectorId: the topic names the collector itself ({collector}); leave one of the two out';
  }
  return undefined;
}

function problemOfFormat(format: string, mapping: FieldMapping | null): string | undefined {
  if (format === 'mapping' && mapping === null) {
    return 'mapping: the format mapping needs to know which field is which quantity; give its rules';
  }
  if (format !== 'mapping' && mapping !== null) {
    return `mapping: the format ${format} has its own; leave it out, or choose the format mapping`;
  }
  return undefined;
}

/** A format with a mapping of the platform's own finds the meter by levels of the topic: they must be marked. */
function problemOfReady(format: string, topic: string, names: ReadonlySet<string>): string | undefined {
  const ready = readyMappingOf(format);
  const isFitting = ready?.mapping.rules.some((rule) => problemOfRule(rule, 0, names) === undefined) ?? true;
  if (isFitting) return undefined;
  return `topic: ${topic} does not say which level names the device; mark it as ${format} expects it, such as ${ready?.topics.join(' or ')}`;
}

function problemOfRule(rule: MappingRule, index: number, ofTopic: ReadonlySet<string>): string | undefined {
  const field = `mapping.rules.${index}`;
  if (rule.key !== undefined && rule.each === undefined) {
    return `${field}.key: members have keys only where each says whose members; give each too`;
  }
  const known = new Set([...ofTopic, ...namesIn(rule.topic ?? ''), ...namesIn(rule.key ?? '')]);
  if (rule.each !== undefined) known.add('key');
  for (const part of parseAddressTemplate(rule.address) ?? []) {
    if (part.kind !== 'variable' || known.has(part.name)) continue;
    const names = [...known].map((name) => `{${name}}`).join(', ') || 'none';
    return `${field}.address: nothing says what {${part.name}} is; the names there are: ${names}`;
  }
  for (const { path, unit } of rule.fields) {
    if (unit === undefined || MEDIA.some((medium) => unitFactor(medium, unit) !== undefined)) continue;
    return `${field}.fields: ${unit}, the unit of ${path}, is none that a register counts in`;
  }
  return undefined;
}

function namesIn(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(NAME)].map((match) => match[1] ?? ''));
}
