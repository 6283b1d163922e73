import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Kysely } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createZone } from '../../../domain/zone.ts';
import { exportRegistry } from '../../../services/exchange/export-registry.ts';
import { importLimits } from '../../../services/exchange/files/import-limits.ts';
import { importRegistry, type ImportResult } from '../../../services/exchange/import-registry.ts';
import { createMqttReader } from '../../../services/registry/mqtt-readers.ts';
import type { Database } from '../../../storage/relational/schema.ts';
import { openRegistry, type TestRegistry } from '../../support/open-registry.ts';
import { plantedWorkbook, type Wanted } from '../../support/planted-workbook.ts';
import { registryContents } from '../../support/registry-contents.ts';
import { REGISTRY_MISTAKES } from '../../support/registry-mistakes.ts';
import { type TestSheets, writeTestWorkbook } from '../../support/write-test-workbook.ts';

const NOW_MS = Date.parse('2026-11-22T10:00:00+08:00');

let registry: TestRegistry;
let folder: string;

beforeAll(async () => {
  registry = await openRegistry();
  folder = await mkdtemp(join(tmpdir(), 'jieneng-mistakes-'));
  await createMqttReader(registry.db, { id: 'reader-1', name: 'Reader' }, { userId: null, nowMs: NOW_MS });
});
afterAll(async () => {
  await registry.close();
  await rm(folder, { recursive: true });
});

async function importSheets(
  db: Kysely<Database>,
  sheets: TestSheets,
  { language = 'zh', dryRun = false }: { language?: 'zh' | 'en'; dryRun?: boolean } = {},
): Promise<ImportResult> {
  const file = join(folder, 'planted.xlsx');
  await writeTestWorkbook(file, sheets);
  return importFile(db, file, { language, dryRun });
}

function importFile(
  db: Kysely<Database>,
  file: string,
  { language = 'zh', dryRun = false }: { language?: 'zh' | 'en'; dryRun?: boolean } = {},
): Promise<ImportResult> {
  const change = { userId: null, nowMs: NOW_MS };
  const zone = createZone('Asia/Shanghai');
  return importRegistry(db, { file, name: file, limits: importLimits(100) }, { dryRun, language, zone, change });
}

const byPlace = (a: Wanted, b: Wanted): number =>
  `${a.sheet} ${a.cell} ${a.code}` < `${b.sheet} ${b.cell} ${b.code}` ? -1 : 1;

describe('a workbook of mistakes', () => {
  const { sheets, wanted } = plantedWorkbook(REGISTRY_MISTAKES);

  test('there are fifty and more, of different kinds', () => {
    expect(REGISTRY_MISTAKES.length).toBeGreaterThanOrEqual(50);
    expect(new Set(wanted.map(({ code }) => code)).size).toBeGreaterThanOrEqual(35);
  });

  test.each([true, false])('all are told at their cells and nothing is changed (dry run: %s)', async (dryRun) => {
    const before = await registryContents(registry.db);
    const result = await importSheets(registry.db, sheets, { dryRun });
    const found = result.problems.map(({ sheet, cell, code }) => ({ sheet: sheet!, cell: cell!, code }));
    expect(found.sort(byPlace)).toEqual(wanted.toSorted(byPlace));
    expect(result.problemCount).toBe(wanted.length);
    expect(result.changed).toBe(false);
    expect(await registryContents(registry.db)).toEqual(before);
  });

  test('each has its column and a whole sentence, in Chinese and in English', async () => {
    const zh = await importSheets(registry.db, sheets, { language: 'zh' });
    const en = await importSheets(registry.db, sheets, { language: 'en' });
    expect(en.problems.map(({ cell, code }) => [cell, code])).toEqual(
      zh.problems.map(({ cell, code }) => [cell, code]),
    );
    for (const { message, column } of zh.problems) {
      expect(column).toMatch(/\p{Script=Han}/u);
      expect(message).toMatch(/\p{Script=Han}/u);
      expect(message).not.toMatch(/[{}]|undefined|NaN/);
    }
    for (const { message, code } of en.problems) {
      expect(message.replaceAll(/“[^”]*”|"[^"]*"/g, '')).toMatch(/[a-z]{2,}/);
      expect(message).not.toMatch(/[{}]|undefined|NaN/);
      if (code === 'duplicate') expect(message).toMatch(/^The same as row \d+/);
    }
  });
});

test('mended, it imports; exported and imported again, nothing changes', async () => {
  const result = await importSheets(registry.db, plantedWorkbook([]).sheets);
  expect(result).toMatchObject({ problems: [], problemCount: 0, changed: true });
  expect(result.sheets.map(({ sheet, new: added, rows }) => [sheet, added === rows])).toEqual(
    result.sheets.map(({ sheet }) => [sheet, true]),
  );
  const before = await registryContents(registry.db);
  for (const language of ['zh', 'en'] as const) {
    for (const format of ['xlsx', 'csv'] as const) {
      const file = join(folder, `export.${format === 'csv' ? 'zip' : 'xlsx'}`);
      await exportRegistry(registry.db, file, { format, language });
      const again = await importFile(registry.db, file);
      expect(again).toMatchObject({ problems: [], changed: false });
      expect(again.sheets.every(({ rows, unchanged }) => rows === unchanged)).toBe(true);
    }
  }
  expect(await registryContents(registry.db)).toEqual(before);
});
