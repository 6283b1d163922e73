import type { RegionNames } from '../cells/region-names.ts';
import { columnLetters } from '../problems/problem-list.ts';
import { SHEETS } from '../sheets/all-sheets.ts';
import type { ColumnSpec, Language, SheetSpec } from '../sheets/column-spec.ts';
import { explanationRows, NOTES_NAME, valuesOf } from './explain-sheets.ts';
import { writeArchive } from './write-archive.ts';
import { SharedTexts } from './shared-texts.ts';
import { sheetXml, type SheetLayout, STYLES_XML } from './sheet-xml.ts';

type Cell = string | number | null;

/** The hidden sheet with the lists of drop-down cells. */
const LISTS = '_lists';
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

interface WrittenSheet {
  name: string;
  isHidden?: boolean;
  layout: SheetLayout;
  rows: Iterable<readonly Cell[]>;
}

/**
 * Writes a workbook (ECMA-376) to a file, row by row: a sheet that explains the columns, one for each of `rows` with
 * drop-down cells for what is to be chosen, and a hidden one with the choices. Ids are text, so that Excel leaves them
 * alone. By hand, for a city's meters are a million cells: the library that renders reports takes five times as long.
 */
export async function writeWorkbook(
  file: string,
  how: { language: Language; regions: RegionNames; rows: (sheet: SheetSpec) => Iterable<Cell[]> },
): Promise<void> {
  const sheets = sheetsOf(how);
  const texts = new SharedTexts();
  await writeArchive(file, [
    { name: '[Content_Types].xml', text: [contentTypes(sheets.length)] },
    { name: '_rels/.rels', text: [relations([{ type: 'officeDocument', target: 'xl/workbook.xml' }])] },
    { name: 'xl/workbook.xml', text: [workbookXml(sheets)] },
    { name: 'xl/_rels/workbook.xml.rels', text: [workbookRelations(sheets.length)] },
    { name: 'xl/styles.xml', text: [STYLES_XML] },
    ...sheets.map(({ rows, layout }, at) => ({
      name: `xl/worksheets/sheet${at + 1}.xml`,
      text: sheetXml(rows, layout, texts),
    })),
    // Last: which texts there are is known once the sheets are written.
    { name: 'xl/sharedStrings.xml', text: texts.xml() },
  ]);
}

function sheetsOf({
  language,
  regions,
  rows,
}: {
  language: Language;
  regions: RegionNames;
  rows: (sheet: SheetSpec) => Iterable<Cell[]>;
}): WrittenSheet[] {
  const lists = SHEETS.flatMap((sheet) => sheet.columns)
    .map((column) => ({ column, list: valuesOf(column, language, regions) }))
    .filter(({ list }) => list.length > 0);
  const references = new Map<ColumnSpec, string>(
    lists.map(({ column, list }, at) => {
      const letter = columnLetters(at);
      return [column, `${LISTS}!$${letter}$1:$${letter}$${list.length}`];
    }),
  );
  const longest = Math.max(...lists.map(({ list }) => list.length));
  const listRows = Array.from({ length: longest }, (_, row) => lists.map(({ list }) => list[row] ?? null));
  const notes = { columns: [16, 22, 26, 14, 60, 60].map((width) => ({ width })) };
  return [
    { name: NOTES_NAME[language], layout: notes, rows: explanationRows(language, regions) },
    ...SHEETS.map((spec) => ({
      name: spec.name[language],
      layout: {
        headings: spec.columns.map(({ required }) => required !== undefined),
        columns: spec.columns.map((column) => ({
          width: Math.max(12, column.heading[language].length * (language === 'zh' ? 2 : 1) + 4),
          isText: column.kind.is !== 'number',
          list: references.get(column),
        })),
      },
      rows: withHeadings(spec, language, rows(spec)),
    })),
    { name: LISTS, isHidden: true, layout: { columns: [] }, rows: listRows },
  ];
}

function* withHeadings(spec: SheetSpec, language: Language, rows: Iterable<Cell[]>): Generator<readonly Cell[]> {
  yield spec.columns.map(({ heading }) => heading[language]);
  yield* rows;
}

function contentTypes(sheets: number): string {
  const override = (part: string, type: string): string => `<Override PartName="/${part}" ContentType="${type}"/>`;
  const overrides = [
    override('xl/workbook.xml', `${TYPE}.sheet.main+xml`),
    override('xl/styles.xml', `${TYPE}.styles+xml`),
    override('xl/sharedStrings.xml', `${TYPE}.sharedStrings+xml`),
    ...Array.from({ length: sheets }, (_, at) => override(`xl/worksheets/sheet${at + 1}.xml`, `${TYPE}.worksheet+xml`)),
  ];
  const rels = `<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>`;
  const xml = '<Default Extension="xml" ContentType="application/xml"/>';
  return `${XML}<Types xmlns="${PACKAGE}/content-types">${rels}${xml}${overrides.join('')}</Types>`;
}

function relations(list: readonly { type: string; target: string }[]): string {
  const rows = list.map(
    ({ type, target }, at) => `<Relationship Id="rId${at + 1}" Type="${RELATIONS}/${type}" Target="${target}"/>`,
  );
  return `${XML}<Relationships xmlns="${PACKAGE}/relationships">${rows.join('')}</Relationships>`;
}

function workbookRelations(sheets: number): string {
  return relations([
    ...Array.from({ length: sheets }, (_, at) => ({ type: 'worksheet', target: `worksheets/sheet${at + 1}.xml` })),
    { type: 'styles', target: 'styles.xml' },
    { type: 'sharedStrings', target: 'sharedStrings.xml' },
  ]);
}

function workbookXml(sheets: readonly WrittenSheet[]): string {
  const list = sheets.map(({ name, isHidden }, at) => {
    const state = isHidden === true ? ' state="veryHidden"' : '';
    return `<sheet name="${name}" sheetId="${at + 1}"${state} r:id="rId${at + 1}"/>`;
  });
  return `${XML}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><bookViews><workbookView activeTab="1"/></bookViews><sheets>${list.join('')}</sheets></workbook>`;
}
