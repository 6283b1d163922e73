import type { FieldMapping } from '../field-mapping.ts';

/** A field mapping that ships with the platform. */
export interface ReadyMapping {
  zh: string;
  en: string;
  /** Topics as they come out of the box, for bindings: domain/topic-pattern.ts. */
  topics: readonly string[];
  /** What a meter's address looks like, to be entered in the registry. */
  address: { zh: string; en: string; example: string };
  /** What has to be known before relying on it. */
  note?: { zh: string; en: string };
  mapping: FieldMapping;
  examples: readonly { topic: string; payload: unknown }[];
}
