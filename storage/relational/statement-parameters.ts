/** Halves of surrogate pairs that stand alone. */
const LONE_SURROGATE = /\p{Surrogate}/gu;
const REPLACEMENT = '\uFFFD';

/**
 * A statement's parameters as both engines take them. In text U+FFFD stands for NUL, which PostgreSQL refuses and at
 * which SQLite's text ends, and for lone surrogates, for which there is no UTF-8: what a client sends never holds up
 * what stores it. True and false are 1 and 0, as the schema has them.
 */
export function statementParameters(parameters: readonly unknown[]): unknown[] {
  return parameters.map((parameter) => {
    if (typeof parameter === 'string')
      return parameter.replace(LONE_SURROGATE, REPLACEMENT).replaceAll('\0', REPLACEMENT);
    return typeof parameter === 'boolean' ? Number(parameter) : parameter;
  });
}
