import { columnLetters } from '../problems/problem-list.ts';
import type { SharedTexts } from './shared-texts.ts';

/** How a sheet looks. */
export interface SheetLayout {
  /** The first row is one of headings: true for those that must be filled. */
  headings?: readonly boolean[];
  columns: readonly { width: number; isText?: boolean; list?: string | undefined }[];
}

/** Rows that have drop-down cells. */
const ROWS = 100_000;
/** Styles by number: as it comes, text, heading, heading of what must be filled. */
const STYLE = { plain: 0, text: 1, heading: 2, needed: 3 } as const;

/** The styles that cells refer to. `@` is the format of text: what is typed there stays as it is. */
export const STYLES_XML = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="2"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font></fonts><fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFEEF2F6"/></patternFill></fill><fill><patternFill patternType="solid"><fgColor rgb="FFFFE9C7"/></patternFill></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf/><xf numFmtId="49" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" fillId="2" applyNumberFormat="1" applyFont="1" applyFill="1"/><xf numFmtId="49" fontId="1" fillId="3" applyNumberFormat="1" applyFont="1" applyFill="1"/></cellXfs></styleSheet>`;

/** A sheet's part of the workbook, piece by piece. */
export function* sheetXml(
  rows: Iterable<readonly (string | number | null)[]>,
  { headings, columns }: SheetLayout,
  texts: SharedTexts,
): Generator<string> {
  yield '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">';
  if (headings !== undefined) {
    yield '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>';
  }
  if (columns.length > 0) yield `<cols>${columns.map(columnXml).join('')}</cols>`;
  yield '<sheetData>';
  const letters = Array.from({ length: 64 }, (_, at) => columnLetters(at));
  let number = 0;
  for (const row of rows) {
    number += 1;
    let cells = '';
    for (const [at, cell] of row.entries()) {
      if (cell === null) continue;
      const reference = `${letters[at]}${number}`;
      if (typeof cell === 'number') {
        cells += `<c r="${reference}"><v>${cell}</v></c>`;
        continue;
      }
      const isHeading = headings !== undefined && number === 1;
      const style = isHeading ? (headings[at] === true ? STYLE.needed : STYLE.heading) : STYLE.text;
      cells += `<c r="${reference}" s="${style}" t="s"><v>${texts.numberOf(cell)}</v></c>`;
    }
    yield `<row r="${number}">${cells}</row>`;
  }
  yield '</sheetData>';
  yield validationsXml(columns);
  yield '</worksheet>';
}

function columnXml({ width, isText }: SheetLayout['columns'][number], at: number): string {
  const style = isText === true ? STYLE.text : STYLE.plain;
  return `<col min="${at + 1}" max="${at + 1}" width="${width}" style="${style}" customWidth="1"/>`;
}

function validationsXml(columns: SheetLayout['columns']): string {
  // What is not in a list may be typed all the same: words of the other language, sub-items of other media.
  const validations = columns.flatMap(({ list }, at) => {
    const letter = columnLetters(at);
    const range = `${letter}2:${letter}${ROWS}`;
    return list === undefined
      ? []
      : [`<dataValidation type="list" allowBlank="1" sqref="${range}"><formula1>${list}</formula1></dataValidation>`];
  });
  if (validations.length === 0) return '';
  return `<dataValidations count="${validations.length}">${validations.join('')}</dataValidations>`;
}
