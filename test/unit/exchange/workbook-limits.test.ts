import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { regionNames } from '../../../services/exchange/cells/region-names.ts';
import { importLimits, type ImportLimits } from '../../../services/exchange/files/import-limits.ts';
import { createProblemList } from '../../../services/exchange/problems/problem-list.ts';
import { readTables } from '../../../services/exchange/tables/read-tables.ts';
import type { Table } from '../../../services/exchange/tables/table.ts';
import { type ForgedEntry, forgedZip } from '../../support/forged-zip.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jieneng-limits-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(
  entries: readonly ForgedEntry[],
  limits: Partial<ImportLimits> = {},
): Promise<{ codes: string[]; tables: Table[] }> {
  const file = join(folder, 'forged.xlsx');
  await writeFile(file, forgedZip(entries));
  const problems = createProblemList(100);
  const source = { file, name: 'forged.xlsx', limits: { ...importLimits(1), ...limits } };
  const tables = await readTables(source, problems, regionNames([]));
  return { codes: problems.list('en').map(({ cell, code }) => (cell === null ? code : `${cell} ${code}`)), tables };
}

const XML = '<?xml version="1.0" encoding="UTF-8"?>';
const SPREADSHEET = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships';
const entry = (name: string, text: string): ForgedEntry => ({ name, content: Buffer.from(text) });

/** A workbook of one sheet of collectors with these rows of XML. */
function workbook(rows: string, { sheet = {}, strings = '', after = '', properties = '' } = {}): ForgedEntry[] {
  return [
    entry('[Content_Types].xml', `${XML}<Types/>`),
    entry(
      '_rels/.rels',
      `${XML}<Relationships xmlns="${PACKAGE}"><Relationship Id="r1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    entry(
      'xl/workbook.xml',
      `${XML}<workbook xmlns="${SPREADSHEET}" xmlns:r="${RELATIONS}">${properties}<sheets><sheet name="采集器" sheetId="1" r:id="s1"/></sheets></workbook>`,
    ),
    entry(
      'xl/_rels/workbook.xml.rels',
      `${XML}<Relationships xmlns="${PACKAGE}"><Relationship Id="s1" Type="${RELATIONS}/worksheet" Target="/xl/worksheets/sheet1.xml"/><Relationship Id="s2" Type="${RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
    ),
    entry('xl/sharedStrings.xml', `${XML}<sst xmlns="${SPREADSHEET}">${strings}</sst>`),
    {
      ...entry(
        'xl/worksheets/sheet1.xml',
        `${XML}<worksheet xmlns="${SPREADSHEET}"><sheetData>${HEADINGS}${rows}</sheetData>${after}</worksheet>`,
      ),
      ...sheet,
    },
  ];
}

const HEADINGS =
  '<row r="1"><c r="A1" t="inlineStr"><is><t>采集器编号</t></is></c><c r="B1" t="inlineStr"><is><t>采集器名称</t></is></c><c r="C1" t="inlineStr"><is><t>终止日期</t></is></c></row>';
const values = (tables: readonly Table[]): unknown[] => tables.flatMap(({ rows }) => rows.map((row) => row.values));

describe('archives', () => {
  const row = '<row r="2"><c r="A2" t="inlineStr"><is><t>c1</t></is></c></row>';

  test('an honest one is read', async () => {
    const { codes, tables } = await read(workbook(row));
    expect([codes, values(tables)]).toEqual([[], [['c1', undefined, undefined, undefined]]]);
  });

  test('more than the limit unpacked: refused by its directory, before anything is unpacked', async () => {
    // There is nothing within: whoever unpacked it would tell that it is damaged instead.
    const bomb = entry('xl/media/bomb.xml', '');
    expect((await read([...workbook(row), { ...bomb, claims: 64 * 1024 * 1024 }])).codes).toEqual([
      'unpacked-too-large',
    ]);
    const many = Array.from({ length: 12 }, (_, n) => ({ ...entry(`xl/media/${n}.xml`, ''), claims: 100_000 }));
    expect((await read([...workbook(row), ...many])).codes).toEqual(['unpacked-too-large']);
  });

  test('a directory that claims less than there is: stopped where the claim ends', async () => {
    const { codes } = await read(workbook(row + ' '.repeat(8 * 1024 * 1024), { sheet: { claims: 2000 } }));
    expect(codes).toEqual(['broken-file']);
  });

  test.each([
    ['an archive within', [entry('a.csv', '采集器编号,采集器名称\nc1,x\n'), entry('b.zip', 'PK')], ['nested-archive']],
    ['an encrypted file', [{ ...entry('采集器.csv', 'x'), flags: 1 }], ['old-excel']],
    ['a file twice', [entry('采集器.csv', 'x'), entry('采集器.csv', 'y')], ['broken-file']],
    [
      'a file that is none of ours',
      [entry('采集器.csv', '采集器编号,采集器名称\nc1,x\n'), entry('readme.md', 'x')],
      ['unknown-sheet'],
    ],
  ])('%s', async (_name, entries: ForgedEntry[], want) => expect((await read(entries)).codes).toEqual(want));

  test('too many files', async () => {
    const many = Array.from({ length: 20 }, (_, n) => entry(`${n}.csv`, 'x'));
    expect((await read(many, { parts: 10 })).codes).toEqual(['too-many-parts']);
  });
});

describe('XML', () => {
  test.each([
    [
      'a document type that would grow',
      workbook('').map((each) =>
        each.name === 'xl/workbook.xml'
          ? entry(each.name, `${XML}<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>`)
          : each,
      ),
    ],
    ['an entity that there is not', workbook('<row r="2"><c r="A2" t="inlineStr"><is><t>&lol;</t></is></c></row>')],
    ['tags that do not close', workbook('<row r="2"><c>')],
    [
      'bytes that are no text',
      workbook('').map((each) =>
        each.name === 'xl/workbook.xml' ? { ...each, content: Buffer.from('ff00ff', 'hex') } : each,
      ),
    ],
  ])('%s', async (_name, entries) => expect((await read(entries)).codes).toEqual(['broken-file']));

  test.each([
    [
      'rows',
      { rows: 2 },
      '<row r="2"><c r="A2"><v>1</v></c></row><row r="3"><c r="A3"><v>1</v></c></row>',
      ['too-many-rows'],
    ],
    ['cells', { cells: 4 }, '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>1</v></c></row>', ['too-many-cells']],
    ['columns', {}, '<row r="2"><c r="XFD2"><v>1</v></c></row>', ['too-many-columns']],
    ['columns beyond all spreadsheets', {}, '<row r="2"><c r="ZZZZZZZ2"><v>1</v></c></row>', ['too-many-columns']],
  ])('at most so many %s', async (_name, limits, rows, want) => {
    expect((await read(workbook(rows), limits)).codes).toEqual(want);
  });

  test('at most so many strings', async () => {
    const strings = '<si><t>a</t></si>'.repeat(5);
    expect((await read(workbook('', { strings }), { strings: 4 })).codes).toEqual(['too-much-text']);
  });
});

describe('cells', () => {
  test('of every type', async () => {
    const strings =
      '<si><r><t>一</t></r><r><t xml:space="preserve">号 </t></r><rPh><t>yi</t></rPh></si><si><t>a_x000D_b</t></si>';
    const { codes, tables } = await read(
      workbook(
        [
          '<row><c t="str"><v>c1</v></c><c t="s"><v>0</v></c><c s="1"><v>46053</v></c></row>',
          '<row r="3"><c r="A3"><v>4711</v></c><c r="B3" t="s"><v>1</v></c><c r="C3" t="d"><v>2026-01-31</v></c></row>',
          '<row r="4"><c r="A4" t="b"><v>1</v></c><c r="B4"><f>A1</f><v>7</v></c><c r="C4" t="e"><v>#N/A</v></c></row>',
        ].join(''),
        { strings },
      ),
    );
    expect(codes).toEqual([]);
    expect(values(tables)).toEqual([
      ['c1', '一号', undefined, '2026-01-31'],
      ['4711', 'a\rb', undefined, '2026-01-31'],
      [
        'TRUE',
        { code: 'formula', params: {}, text: undefined },
        undefined,
        { code: 'error-value', params: { value: '#N/A' }, text: undefined },
      ],
    ]);
  });

  test('days counted from 1904', async () => {
    const row = '<row r="2"><c r="A2" t="str"><v>c1</v></c><c r="C2"><v>44591</v></c></row>';
    const { tables } = await read(workbook(row, { properties: '<workbookPr date1904="1"/>' }));
    expect(values(tables)).toEqual([['c1', undefined, undefined, '2026-01-31']]);
  });

  test('merged cells below the headings are told', async () => {
    const row = '<row r="2"><c r="A2" t="str"><v>c1</v></c></row>';
    const after = '<mergeCells><mergeCell ref="A1:B1"/><mergeCell ref="B2:C3"/></mergeCells>';
    expect((await read(workbook(row, { after }))).codes).toEqual(['B2 merged']);
  });
});
