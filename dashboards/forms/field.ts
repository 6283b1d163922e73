import type { ReactElement, ReactNode } from 'react';

/** One field of a form. */
export interface Field {
  /** As the API names it. */
  name: string;
  label: string;
  kind: 'text' | 'number' | 'date' | 'instant' | 'second' | 'choice' | 'note' | 'switch' | 'own';
  /** Says beside the field what belongs there. */
  hint?: string;
  required?: boolean;
  disabled?: boolean;
  /** A number may not lie below it. */
  min?: number;
  /** A text must fit it; the hint says how. */
  pattern?: RegExp;
  /** Behind a number. */
  unit?: string;
  /** Of a choice. */
  options?: { value: string; label: string }[];
  /** Of a field of its own kind: takes `id`, `value` and `onChange`. */
  control?: ReactElement<{ id?: string; disabled?: boolean }>;
  /** The whole width of the form. */
  wide?: boolean;
}

/** Fields that belong together. */
export interface FieldGroup {
  title?: string;
  fields: Field[];
  /** Stands below the fields. */
  after?: ReactNode;
}
