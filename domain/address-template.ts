import { parseJsonPath, type JsonPath } from './json-path.ts';

/** A piece of an address template. */
export type TemplatePart =
  | { kind: 'text'; text: string }
  | { kind: 'variable'; name: string }
  | { kind: 'path'; path: JsonPath };

const PIECE = /\{([^{}]*)\}|([^{}]+)/y;
const NAME = /^[a-z][A-Za-z0-9]{0,31}$/;
const PATH = 'path:';

/** Reads a template such as `{device}/{path:id}`; undefined where it is none: a brace or a path out of place. */
export function parseAddressTemplate(text: string): TemplatePart[] | undefined {
  const parts: TemplatePart[] = [];
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < text.length) {
    const found = PIECE.exec(text);
    if (found === null) return undefined;
    const [, braced, literal] = found;
    if (literal !== undefined) parts.push({ kind: 'text', text: literal });
    else if (braced!.startsWith(PATH)) {
      const path = parseJsonPath(braced!.slice(PATH.length));
      if (path === undefined) return undefined;
      parts.push({ kind: 'path', path });
    } else if (NAME.test(braced!)) parts.push({ kind: 'variable', name: braced! });
    else return undefined;
  }
  return parts.length === 0 ? undefined : parts;
}
