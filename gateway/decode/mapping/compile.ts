import { parseAddressTemplate, type TemplatePart } from '../../../domain/address-template.ts';
import { bug } from '../../../domain/errors.ts';
import {
  isRegister,
  type FieldMapping,
  type MappingCondition,
  type MappingRule,
} from '../../../domain/field-mapping.ts';
import { parseJsonPath, type JsonPath } from '../../../domain/json-path.ts';
import { unitFactor, type Metric } from '../../../domain/quantity.ts';
import { parseTopicPattern, type TopicPattern } from '../../../domain/topic-pattern.ts';
import type { WireFormat } from '../../../domain/wire-format.ts';
import type { TimeFormat } from './read-time.ts';

/** A field mapping made ready for decoding. */
export interface CompiledMapping {
  /** Which format its readings are said to be of. */
  format: WireFormat;
  rules: CompiledRule[];
  passOver: { topic?: TopicPattern; when: CompiledCondition[] }[];
  /** Paths of all fields, for people. */
  paths: string[];
}

/** A rule made ready. */
export interface CompiledRule {
  topic?: TopicPattern;
  when: CompiledCondition[];
  each?: JsonPath;
  /** Names in a member's key; undefined where any will do. */
  key?: { pattern: RegExp; names: string[] };
  address: TemplatePart[];
  time?: { path: JsonPath; format: TimeFormat };
  fields: CompiledField[];
  /** In which its registers count. */
  unit?: string;
}

/** A field made ready. */
export interface CompiledField {
  path: JsonPath;
  quantity: Metric;
  isRegister: boolean;
  /** From what the payload counts in to what the reading does. */
  factor: number;
  /** It counts in the reading's unit. */
  countsInUnit: boolean;
}

/** A condition made ready. */
export interface CompiledCondition {
  path: JsonPath;
  is?: readonly string[];
  isNot?: readonly string[];
}

/** Registers with a unit of their own. */
const OWN_UNIT: readonly Metric[] = ['reactive1', 'reactive2'];
const KEY_NAME = /\{([a-z][A-Za-z0-9]{0,31})\}/g;

/** Makes a mapping, as its schema lets through, ready for decoding; to be done once, not for each message. */
export function compileMapping(mapping: FieldMapping, format: WireFormat = 'mapping'): CompiledMapping {
  return {
    format,
    rules: mapping.rules.map(compileRule),
    passOver: (mapping.passOver ?? []).map(({ topic, when }) => ({
      topic: topic === undefined ? undefined : topicOf(topic),
      when: (when ?? []).map(compileCondition),
    })),
    paths: [...new Set(mapping.rules.flatMap(({ fields }) => fields.map(({ path }) => path)))],
  };
}

function compileRule(rule: MappingRule): CompiledRule {
  const { topic, when, each, key, address, time, fields } = rule;
  const unit = commonUnit(fields);
  return {
    topic: topic === undefined ? undefined : topicOf(topic),
    when: (when ?? []).map(compileCondition),
    each: each === undefined ? undefined : pathOf(each),
    key: key === undefined ? undefined : keyPattern(key),
    address: parseAddressTemplate(address) ?? bug(`no address template: ${address}`),
    time: time === undefined ? undefined : { path: pathOf(time.path), format: time.format },
    fields: fields.map((field) => compileField(field, unit)),
    unit,
  };
}

// A reading counts in one unit: that of its first register; what has another is converted.
function commonUnit(fields: MappingRule['fields']): string | undefined {
  const registers = fields.filter(({ quantity, unit }) => countsInUnit(quantity) && unit !== undefined);
  return (registers.find(({ quantity }) => quantity !== 'volume') ?? registers[0])?.unit;
}

function countsInUnit(quantity: Metric): boolean {
  return (isRegister(quantity) || quantity === 'total' || quantity === 'delta') && !OWN_UNIT.includes(quantity);
}

function compileField(field: MappingRule['fields'][number], common: string | undefined): CompiledField {
  const { path, quantity, unit, factor = 1 } = field;
  // A volume beside energies is in cubic metres.
  const isVolume = quantity === 'volume' && (common === undefined || unitFactor('water', common) === undefined);
  const target = isVolume ? 'm3' : countsInUnit(quantity) ? common : undefined;
  const conversion = unit === undefined || target === undefined ? 1 : conversionOf(unit, target);
  return {
    path: pathOf(path),
    quantity,
    isRegister: isRegister(quantity),
    factor: factor * conversion,
    countsInUnit: countsInUnit(quantity) && !isVolume,
  };
}

function conversionOf(from: string, to: string): number {
  if (from === to) return 1;
  for (const medium of ['electricity', 'heat', 'water'] as const) {
    const numerator = unitFactor(medium, from);
    const denominator = unitFactor(medium, to);
    if (numerator !== undefined && denominator !== undefined) return numerator / denominator;
  }
  return 1;
}

function compileCondition({ path, is, isNot }: MappingCondition): CompiledCondition {
  return { path: pathOf(path), is, isNot };
}

function keyPattern(text: string): { pattern: RegExp; names: string[] } {
  const names: string[] = [];
  const source = text.split(KEY_NAME).map((part, index) => {
    if (index % 2 === 0) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    names.push(part);
    return '(.{1,64}?)';
  });
  return { pattern: new RegExp(`^${source.join('')}$`), names };
}

function pathOf(text: string): JsonPath {
  return parseJsonPath(text) ?? bug(`no path: ${text}`);
}

function topicOf(text: string): TopicPattern {
  return parseTopicPattern(text) ?? bug(`no topic pattern: ${text}`);
}
