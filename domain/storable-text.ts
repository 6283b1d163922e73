/** Halves of surrogate pairs that stand alone. */
const LONE_SURROGATE = /\p{Surrogate}/gu;
const REPLACEMENT = '\uFFFD';

/**
 * Text as every database keeps it: U+FFFD stands for NUL, which PostgreSQL refuses and at which SQLite's text ends, and
 * for lone surrogates, for which there is no UTF-8.
 */
export function storableText(text: string): string {
  return text.replace(LONE_SURROGATE, REPLACEMENT).replaceAll('\0', REPLACEMENT);
}
