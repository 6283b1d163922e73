import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { columnsTable } from '../../support/columns-table.ts';

test('docs/registry-import.md has each sheet and column as the code does', () => {
  const file = fileURLToPath(new URL('../../../docs/registry-import.md', import.meta.url));
  expect(readFileSync(file, 'utf8')).toContain(columnsTable());
});
