import type { Choice } from '../sheets/choices.ts';

/** A word as it is compared: width, case and blanks make no difference. */
export function plainWord(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[\s_]+/g, '')
    .toLowerCase();
}

const indexes = new WeakMap<readonly Choice[], Map<string, string>>();

/** The code that a word stands for: a code, a name in either language, or a code with its name behind it. */
export function readChoice(choices: readonly Choice[], text: string): string | undefined {
  let index = indexes.get(choices);
  if (index === undefined) {
    index = indexOf(choices);
    indexes.set(choices, index);
  }
  return index.get(plainWord(text));
}

function indexOf(choices: readonly Choice[]): Map<string, string> {
  const index = new Map<string, string>();
  const add = (word: string, code: string): void => {
    const plain = plainWord(word);
    if (!index.has(plain)) index.set(plain, code);
  };
  // Codes win over names.
  for (const { code } of choices) add(code, code);
  for (const { code, zh, en, also } of choices) {
    for (const word of [zh, en, ...(also ?? []), `${code} ${zh}`, `${code} ${en}`]) add(word, code);
  }
  return index;
}
