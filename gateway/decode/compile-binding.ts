import { fieldMappingSchema } from '../../domain/field-mapping.ts';
import { readyMappingOf } from '../../domain/ready-mappings/ready-mappings.ts';
import { parseTopicPattern, type TopicPattern } from '../../domain/topic-pattern.ts';
import { BINDING_FORMATS, type BindingFormat } from '../../domain/wire-format.ts';
import { compileMapping, type CompiledMapping } from './mapping/compile.ts';

/** Topics of another system, as the registry has them: plain data. */
export interface DirectoryBinding {
  id: string;
  /** Whose messages they are; null where the topic itself names the collector. */
  collectorId: string | null;
  /** domain/topic-pattern.ts */
  topic: string;
  /** One of BINDING_FORMATS. */
  format: string;
  /** JSON of domain/field-mapping.ts where the format is `mapping`. */
  mapping: string | null;
}

/** A binding made ready for use. */
export interface Binding {
  id: string;
  /** Undefined where the topic's level `{collector}` names it. */
  collectorId: string | undefined;
  pattern: TopicPattern;
  decoder: BoundDecoder;
}

/** By what the messages of a binding are decoded. */
export type BoundDecoder =
  | { kind: 'native-json' | 'frames' | 'sparkplug-b' }
  | { kind: 'mapping'; mapping: CompiledMapping };

/** The binding made ready, or in a sentence why it cannot be used. */
export type CompiledBinding = { ok: true; binding: Binding } | { ok: false; problem: string };

/** Makes a binding ready. Never throws: what the registry holds may come from another version. */
export function compileBinding({ id, collectorId, topic, format, mapping }: DirectoryBinding): CompiledBinding {
  const pattern = parseTopicPattern(topic);
  if (pattern === undefined) return { ok: false, problem: `the topic ${topic} is no pattern` };
  const known = BINDING_FORMATS.find((name) => name === format);
  if (known === undefined) return { ok: false, problem: `the format ${format} is not known` };
  const decoder = decoderOf(known, mapping);
  if (decoder === undefined) return { ok: false, problem: 'its mapping cannot be read' };
  return { ok: true, binding: { id, collectorId: collectorId ?? undefined, pattern, decoder } };
}

function decoderOf(format: BindingFormat, text: string | null): BoundDecoder | undefined {
  if (format === 'native-json' || format === 'frames' || format === 'sparkplug-b') return { kind: format };
  const mapping = readyMappingOf(format)?.mapping ?? fieldMappingSchema.safeParse(parseJson(text ?? '')).data;
  return mapping === undefined ? undefined : { kind: 'mapping', mapping: compileMapping(mapping, format) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
