import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { parseConfig } from '../../../app/config.ts';

const file = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

/** Every setting of the schema, in its order, with its default as somebody would write it; empty where it has none. */
function settings(): [name: string, fallback: string][] {
  const defaults: Record<string, unknown> = parseConfig({});
  const names = [...file('app/config.ts').matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name]) => name!);
  return names.map((name) => [
    name,
    defaults[name] === undefined ? '' : `\`${JSON.stringify(defaults[name]).replaceAll('"', '')}\``,
  ]);
}

function documented(path: string): [name: string, fallback: string][] {
  const table = /<!-- settings -->(.*)<!-- \/settings -->/s.exec(file(path))?.[1] ?? '';
  return [...table.matchAll(/^\| `([A-Z_]+)` \| ?(.*?) ?\|/gm)].map(([, name, fallback]) => [name!, fallback!.trim()]);
}

describe('the settings of the README', () => {
  test('no setting escapes the search', () => {
    const names = settings().map(([name]) => name);
    expect(names).toContain('DATA_DIR');
    expect(names).toEqual(expect.arrayContaining(Object.keys(parseConfig({}))));
  });

  test.each(['README.md', 'README.zh-CN.md'])('%s lists every setting with its default', (path) => {
    expect(documented(path)).toEqual(settings());
  });
});
