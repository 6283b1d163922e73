import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import ExcelJS from 'exceljs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { writeTemplate } from '../../../services/exchange/export-registry.ts';
import { columnLetters } from '../../../services/exchange/problems/problem-list.ts';
import { SHEETS } from '../../../services/exchange/sheets/all-sheets.ts';
import { columnOfHeading, sheetOfName } from '../../../services/exchange/sheets/match-heading.ts';
import { REGISTRY_SHEETS } from '../../../services/api/schemas/registry-exchange.ts';
import { openRegistry, type TestRegistry } from '../../support/open-registry.ts';

let registry: TestRegistry;
let folder: string;

beforeAll(async () => {
  registry = await openRegistry();
  folder = await mkdtemp(join(tmpdir(), 'jieneng-template-'));
});
afterAll(async () => {
  await registry.close();
  await rm(folder, { recursive: true });
});

describe.each(['zh', 'en'] as const)('a template workbook (%s)', (language) => {
  const workbook = new ExcelJS.Workbook();

  beforeAll(async () => {
    const file = join(folder, `${language}.xlsx`);
    await writeTemplate(registry.db, file, { format: 'xlsx', language });
    await workbook.xlsx.readFile(file);
  });

  test('has its sheets: notes first, each of ours, the lists where nobody sees them', () => {
    expect(workbook.worksheets.map(({ name }) => name)).toEqual([
      language === 'zh' ? '说明' : 'Notes',
      ...SHEETS.map(({ name }) => name[language]),
      '_lists',
    ]);
    expect(workbook.getWorksheet('_lists')!.state).toBe('veryHidden');
  });

  test('has headings that are known again, and a sample row that is none', () => {
    for (const spec of SHEETS) {
      const sheet = workbook.getWorksheet(spec.name[language])!;
      expect(sheetOfName(SHEETS, sheet.name)).toBe(spec);
      for (const [at, column] of spec.columns.entries()) {
        const heading = sheet.getRow(1).getCell(at + 1);
        expect(heading.text).toBe(column.heading[language]);
        expect(columnOfHeading(spec, heading.text)).toBe(column);
      }
      expect(sheet.getRow(2).getCell(1).text).toMatch(/^#/);
    }
  });

  test('keeps ids as text and offers what can be chosen', () => {
    for (const spec of SHEETS) {
      const sheet = workbook.getWorksheet(spec.name[language])!;
      // What the library's types leave out: validations by the ranges that they are for.
      const { model } = (sheet as unknown as { dataValidations: { model: Record<string, ExcelJS.DataValidation> } })
        .dataValidations;
      for (const [at, { kind }] of spec.columns.entries()) {
        expect(sheet.getColumn(at + 1).numFmt === '@').toBe(kind.is !== 'number');
        const isChosen = kind.is === 'choice' || kind.is === 'region' || kind.is === 'sub-item';
        const own = model[`${columnLetters(at)}3`] ?? model[`range:${columnLetters(at)}2:${columnLetters(at)}100000`];
        expect([spec.id, at, own !== undefined]).toEqual([spec.id, at, isChosen]);
        if (own === undefined) continue;
        const [, letter, last] = /^_lists!\$([A-Z]+)\$1:\$[A-Z]+\$(\d+)$/.exec(String(own.formulae[0]))!;
        const lists = workbook.getWorksheet('_lists')!;
        expect(lists.getCell(`${letter}${last}`).text).not.toBe('');
        expect(lists.getCell(`${letter}${Number(last) + 1}`).text).toBe('');
      }
    }
  });

  test('explains each column', () => {
    const notes = workbook.worksheets[0]!;
    const texts = new Set<string>();
    notes.eachRow((row) => texts.add(`${row.getCell(1).text}/${row.getCell(2).text}`));
    for (const { name, columns } of SHEETS) {
      for (const { heading } of columns) expect(texts).toContain(`${name[language]}/${heading[language]}`);
    }
  });
});

test('no two columns of a sheet answer to one heading', () => {
  for (const spec of SHEETS) {
    for (const column of spec.columns) {
      for (const heading of [column.key, column.heading.zh, column.heading.en, ...(column.also ?? [])]) {
        expect([spec.id, heading, columnOfHeading(spec, heading)?.key]).toEqual([spec.id, heading, column.key]);
      }
    }
  }
});

test('the API names the sheets there are', () => {
  expect(REGISTRY_SHEETS).toEqual(SHEETS.map(({ id }) => id));
});
