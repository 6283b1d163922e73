import { storableText } from '../../domain/storable-text.ts';

/**
 * A statement's parameters as both engines take them: text as it can be kept, so that what a client sends never holds up
 * what stores it, and 1 and 0 for true and false, as the schema has them.
 */
export function statementParameters(parameters: readonly unknown[]): unknown[] {
  return parameters.map((parameter) => {
    if (typeof parameter === 'string') return storableText(parameter);
    return typeof parameter === 'boolean' ? Number(parameter) : parameter;
  });
}
