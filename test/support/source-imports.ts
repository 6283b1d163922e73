import { posix } from 'node:path';

import { parseSync } from 'vite';

/** One import of a source file: static, dynamic, re-export or type, as it is written. */
export interface SourceImport {
  /** The file below the project's root, or the library's specifier. */
  target: string;
  isLibrary: boolean;
  /** Nothing of it is left when it runs. */
  isTypeOnly: boolean;
}

/** What the layer rules look at in a source file. */
export interface SourceFacts {
  imports: SourceImport[];
  /** Imports whose specifier is computed: no rule can judge them. */
  computedImports: number;
  readsEnvironment: boolean;
}

type Node = Record<string, unknown> & { type: string };

/** Parses one TypeScript file. Throws when it does not parse: a file that cannot be read breaks no rule. */
export function sourceImports(file: string, text: string): SourceFacts {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const facts: SourceFacts = { imports: [], computedImports: 0, readsEnvironment: false };
  const add = (source: unknown, isTypeOnly: boolean): void => {
    const specifier = literal(source);
    if (specifier === undefined) {
      facts.computedImports++;
      return;
    }
    const isLibrary = !specifier.startsWith('.');
    if (isLibrary && /^(node:)?process$/.test(specifier)) facts.readsEnvironment = true;
    const target = isLibrary ? specifier : posix.join(posix.dirname(file), specifier);
    facts.imports.push({ target, isLibrary, isTypeOnly });
  };
  walk(program, (node) => {
    switch (node.type) {
      case 'ImportDeclaration':
        add(node['source'], node['importKind'] === 'type' || namesOnlyTypes(node, 'importKind'));
        break;
      case 'ExportNamedDeclaration':
        if (isNode(node['source'])) {
          add(node['source'], node['exportKind'] === 'type' || namesOnlyTypes(node, 'exportKind'));
        }
        break;
      case 'ExportAllDeclaration':
        add(node['source'], node['exportKind'] === 'type');
        break;
      case 'ImportExpression':
        add(node['source'], false);
        break;
      case 'TSImportType':
        add(node['source'], true);
        break;
      case 'TSExternalModuleReference':
        add(node['expression'], false);
        break;
      case 'CallExpression':
        if (isNamed(node['callee'], 'require')) add((node['arguments'] as unknown[])[0], false);
        break;
      case 'MemberExpression':
        if (isNamed(node['object'], 'process') && nameOf(node['property']) === 'env') facts.readsEnvironment = true;
        break;
      case 'VariableDeclarator':
        if (isNamed(node['init'], 'process') && keysOf(node['id']).includes('env')) facts.readsEnvironment = true;
        break;
    }
  });
  return facts;
}

function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) for (const item of value) walk(item, visit);
  if (!isNode(value)) return;
  visit(value);
  for (const child of Object.values(value)) if (typeof child === 'object') walk(child, visit);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

function isNamed(value: unknown, name: string): boolean {
  return isNode(value) && value.type === 'Identifier' && value['name'] === name;
}

/** Of `process.env` and `process['env']` alike. */
function nameOf(value: unknown): string | undefined {
  return isNode(value) && value.type === 'Identifier' ? String(value['name']) : literal(value);
}

function literal(value: unknown): string | undefined {
  return isNode(value) && value.type === 'Literal' && typeof value['value'] === 'string' ? value['value'] : undefined;
}

function keysOf(pattern: unknown): (string | undefined)[] {
  if (!isNode(pattern) || pattern.type !== 'ObjectPattern') return [];
  return (pattern['properties'] as Node[]).map((property) => nameOf(property['key']));
}

function namesOnlyTypes(node: Node, kind: 'importKind' | 'exportKind'): boolean {
  const specifiers = node['specifiers'] as Node[];
  return specifiers.length > 0 && specifiers.every((specifier) => specifier[kind] === 'type');
}
