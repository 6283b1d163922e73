import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const DOCUMENTS = [
  'README.md',
  'README.zh-CN.md',
  'CHANGELOG.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** Files of ours that a document links to, or names in code: `test/…`, `services/…`, `deploy/…` and so on. */
function references(document: string): string[] {
  const text = readFileSync(join(ROOT, document), 'utf8').replaceAll(/```[\s\S]*?```/g, '');
  const links = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => join(dirname(document), target));
  const folders =
    /`((?:app|dashboards|deploy|docs|domain|gateway|scripts|services|simulators|storage|test)\/[\w./-]*)`/g;
  return [...links, ...[...text.matchAll(folders)].map(([, path]) => path!)];
}

describe('what the documents refer to is there', () => {
  test('there are references to look at', () => {
    expect(DOCUMENTS.flatMap(references).length).toBeGreaterThan(50);
  });

  test.each(DOCUMENTS)('%s', (document) => {
    expect(references(document).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
