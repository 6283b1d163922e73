import type { JsonPath, PathStep } from '../../../domain/json-path.ts';

/** Names that topic and keys have given a value. */
export type Variables = Readonly<Record<string, string>>;

/** Members of an array that are looked through for one that reads a value. */
const MAX_PICKED = 1000;

/** What stands at a path, or undefined: from `root` where the path begins with `$`, else from `member`. */
export function valueAt(path: JsonPath, root: unknown, member: unknown, variables: Variables): unknown {
  let value = path.isFromRoot ? root : member;
  for (const step of path.steps) {
    if (value === null || typeof value !== 'object') return undefined;
    value = stepInto(value, step, variables);
  }
  return value;
}

/** A value as text: `''` for nothing and null, `[]` and `{}` for what has members. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'object') return Array.isArray(value) ? '[]' : '{}';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

// Only what the message itself holds: `constructor` is no member of an empty object.
function stepInto(value: object, step: PathStep, variables: Variables): unknown {
  switch (step.kind) {
    case 'name':
      return Object.hasOwn(value, step.name) ? (value as Record<string, unknown>)[step.name] : undefined;
    case 'variable': {
      const name = Object.hasOwn(variables, step.name) ? variables[step.name] : undefined;
      return name !== undefined && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
    }
    default:
      return Array.isArray(value) ? pickFrom(value, step.name, step.value) : undefined;
  }
}

function pickFrom(members: unknown[], name: string, wanted: string): unknown {
  const count = Math.min(members.length, MAX_PICKED);
  for (let index = 0; index < count; index++) {
    const member = members[index];
    if (member === null || typeof member !== 'object' || !Object.hasOwn(member, name)) continue;
    const found = (member as Record<string, unknown>)[name];
    if (textOf(found) === wanted) return member;
  }
  return undefined;
}
