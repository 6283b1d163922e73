import { parseTopicPattern, type TopicPattern } from '../../domain/topic-pattern.ts';
import { BINDING_FORMATS, type BindingFormat } from '../../domain/wire-format.ts';

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
  format: BindingFormat;
}

/** The binding made ready, or in a sentence why it cannot be used. */
export type CompiledBinding = { ok: true; binding: Binding } | { ok: false; problem: string };

/** Makes a binding ready. Never throws: what the registry holds may come from another version. */
export function compileBinding({ id, collectorId, topic, format }: DirectoryBinding): CompiledBinding {
  const pattern = parseTopicPattern(topic);
  if (pattern === undefined) return { ok: false, problem: `The topic ${topic} is no pattern` };
  const known = BINDING_FORMATS.find((name) => name === format);
  if (known === undefined) return { ok: false, problem: `The format ${format} is not known` };
  return { ok: true, binding: { id, collectorId: collectorId ?? undefined, pattern, format: known } };
}
