/** A step of a path into JSON. */
export type PathStep =
  | { kind: 'name'; name: string }
  /** Whatever was found under that name: `{key}`. */
  | { kind: 'variable'; name: string }
  /** The first member of an array whose `name` reads `value`: `[id=42]`. */
  | { kind: 'pick'; name: string; value: string };

/** A path taken apart; `isFromRoot`: it begins with `$`. */
export interface JsonPath {
  text: string;
  isFromRoot: boolean;
  steps: PathStep[];
}

const VARIABLE = /^\{([a-z][A-Za-z0-9]{0,31})\}$/;
const PICK = /^\[([^=[\]]{1,64})=([^[\]]{0,64})\]$/;

/** Reads a path such as `$.values.[id=42].v` or `a\.b.0`; undefined where it is none. */
export function parseJsonPath(text: string): JsonPath | undefined {
  const parts = splitAtDots(text);
  if (parts === undefined) return undefined;
  const isFromRoot = parts[0] === '$';
  const steps: PathStep[] = [];
  for (const part of isFromRoot ? parts.slice(1) : parts) {
    const name = part.replaceAll(/\\(.)/g, '$1');
    if (name === '') return undefined;
    const variable = VARIABLE.exec(part)?.[1];
    const pick = PICK.exec(name);
    if (variable !== undefined) steps.push({ kind: 'variable', name: variable });
    else if (pick !== null) steps.push({ kind: 'pick', name: pick[1]!, value: pick[2]! });
    else steps.push({ kind: 'name', name });
  }
  return { text, isFromRoot, steps };
}

// At dots that no backslash stands before, and that are not within brackets.
function splitAtDots(text: string): string[] | undefined {
  const parts: string[] = [];
  let part = '';
  let isWithin = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '\\') {
      if (at + 1 === text.length) return undefined;
      part += character + text[++at]!;
    } else if (character === '.' && !isWithin) {
      parts.push(part);
      part = '';
    } else {
      if (character === '[') isWithin = true;
      if (character === ']') isWithin = false;
      part += character;
    }
  }
  parts.push(part);
  return isWithin ? undefined : parts;
}
