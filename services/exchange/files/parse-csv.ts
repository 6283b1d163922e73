import type { RawCell, RawRow } from '../cells/raw-cell.ts';
import type { ImportLimits, ReadCounts } from './import-limits.ts';
import { UnreadableFile } from './unreadable-file.ts';

const SEPARATORS = [',', ';', '\t'] as const;

/**
 * Reads the rows of a CSV text (RFC 4180; line breaks of any kind, within quotes too). The separator is the one of
 * `,` `;` tab that the first line has most of. Rows are numbered as a spreadsheet shows them, blank ones are left out.
 */
export function parseCsv(
  pieces: Iterable<string>,
  { sheet, limits, counts }: { sheet: string; limits: ImportLimits; counts: ReadCounts },
  onRow: (row: RawRow) => void,
): void {
  const parser = new CsvParser(sheet, limits, counts, onRow);
  for (const piece of pieces) parser.write(piece);
  parser.end();
}

class CsvParser {
  readonly #sheet: string;
  readonly #limits: ImportLimits;
  readonly #counts: ReadCounts;
  readonly #onRow: (row: RawRow) => void;
  /** What has not been parsed yet, until the separator is known. */
  #head: string | undefined = '';
  #separator = ',';
  #row = 1;
  #cells: (RawCell | undefined)[] = [];
  #column = 0;
  #text = '';
  /** Within quotes; behind the quote that may have ended them; before any character of the field. */
  #state: 'start' | 'plain' | 'quoted' | 'quote' = 'start';
  #afterReturn = false;
  #hasCells = false;

  constructor(sheet: string, limits: ImportLimits, counts: ReadCounts, onRow: (row: RawRow) => void) {
    this.#sheet = sheet;
    this.#limits = limits;
    this.#counts = counts;
    this.#onRow = onRow;
  }

  write(piece: string): void {
    if (this.#head === undefined) {
      this.#parse(piece);
      return;
    }
    this.#head += piece;
    if (/[\r\n]/.test(this.#head)) this.#begin();
  }

  end(): void {
    if (this.#head !== undefined) this.#begin();
    if (this.#state === 'quoted') {
      throw new UnreadableFile('quote-not-closed', {}, { sheet: this.#sheet, row: this.#row, at: this.#column });
    }
    if (this.#state !== 'start' || this.#column > 0) this.#endRow();
  }

  #begin(): void {
    let text = this.#head!;
    this.#head = undefined;
    // Excel's own way to name the separator.
    const named = /^sep=([,;\t])\r?\n/.exec(text);
    if (named !== null) {
      this.#separator = named[1]!;
      text = text.slice(named[0].length);
      this.#row = 2;
    } else {
      const line = text
        .replace(/^[\s]*[\r\n]+/, '')
        .split(/[\r\n]/, 1)[0]!
        .replaceAll(/"[^"]*"/g, '');
      const count = (separator: string): number => line.split(separator).length;
      this.#separator = SEPARATORS.toSorted((a, b) => count(b) - count(a))[0]!;
    }
    this.#parse(text);
  }

  #parse(text: string): void {
    const separator = this.#separator;
    let from = 0;
    for (let at = 0; at < text.length; at += 1) {
      const character = text[at]!;
      if (this.#afterReturn) {
        this.#afterReturn = false;
        if (character === '\n') {
          from = at + 1;
          continue;
        }
      }
      if (this.#state === 'quoted') {
        if (character !== '"') continue;
        this.#text += text.slice(from, at);
        this.#state = 'quote';
      } else if (this.#state === 'quote' && character === '"') {
        this.#state = 'quoted';
        from = at;
      } else if (character === separator || character === '\n' || character === '\r') {
        if (this.#state === 'plain') this.#text += text.slice(from, at);
        this.#endField();
        if (character !== separator) this.#endRow();
        this.#afterReturn = character === '\r';
        from = at + 1;
      } else if (this.#state === 'start' && character === '"') {
        this.#state = 'quoted';
        from = at + 1;
      } else if (this.#state !== 'plain') {
        // Text behind a closing quote belongs to the field: nothing is dropped.
        this.#state = 'plain';
        from = at;
      }
    }
    if (this.#state === 'plain' || this.#state === 'quoted') this.#text += text.slice(from);
  }

  #endField(): void {
    if (this.#text !== '') {
      if (this.#column >= this.#limits.columns) {
        const place = { sheet: this.#sheet, row: this.#row };
        throw new UnreadableFile('too-many-columns', { limit: this.#limits.columns }, place);
      }
      this.#counts.cells += 1;
      if (this.#counts.cells > this.#limits.cells) {
        throw new UnreadableFile('too-many-cells', { limit: this.#limits.cells }, { sheet: this.#sheet });
      }
      // What a spreadsheet would compute when it opens the file.
      const isFormula = this.#text.startsWith('=');
      this.#cells[this.#column] = isFormula ? { is: 'formula' } : { is: 'text', text: this.#text };
      this.#hasCells = true;
    }
    this.#column += 1;
    this.#text = '';
    this.#state = 'start';
  }

  #endRow(): void {
    if (this.#state !== 'start' || this.#text !== '') this.#endField();
    if (this.#hasCells) {
      this.#counts.rows += 1;
      if (this.#counts.rows > this.#limits.rows) {
        throw new UnreadableFile('too-many-rows', { limit: this.#limits.rows }, { sheet: this.#sheet });
      }
      this.#onRow({ number: this.#row, cells: this.#cells });
    }
    this.#row += 1;
    this.#cells = [];
    this.#column = 0;
    this.#hasCells = false;
  }
}
