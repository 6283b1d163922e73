import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decodeCsv } from '../../../services/exchange/files/decode-csv.ts';
import { importLimits } from '../../../services/exchange/files/import-limits.ts';
import { parseCsv } from '../../../services/exchange/files/parse-csv.ts';
import { UnreadableFile } from '../../../services/exchange/files/unreadable-file.ts';
import { BOM, csvRow } from '../../../services/exchange/out/write-csv.ts';

/** `编号,名称` and `1,昆都仑` in GB18030. */
const GB18030 = Buffer.from('b1e0bac52cc3fbb3c60d0a312cc0a5b6bcc2d80d0a', 'hex');

function parse(pieces: Iterable<string>, limits = importLimits(1)): { number: number; cells: (string | null)[] }[] {
  const rows: { number: number; cells: (string | null)[] }[] = [];
  parseCsv(pieces, { sheet: 'x', limits, counts: { rows: 0, cells: 0 } }, ({ number, cells }) => {
    rows.push({
      number,
      cells: Array.from(cells, (cell) => (cell === undefined ? null : cell.is === 'formula' ? '(formula)' : cell.text)),
    });
  });
  return rows;
}

const cellsOf = (text: string): (string | null)[][] => parse([text]).map(({ cells }) => cells);

describe('fields', () => {
  const cases: [string, string, (string | null)[][]][] = [
    [
      'plain',
      'a,b\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'Windows line breaks',
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'old Mac line breaks',
      'a,b\rc,d\r',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'semicolons',
      'a;b\nc;d,e',
      [
        ['a', 'b'],
        ['c', 'd,e'],
      ],
    ],
    [
      'tabs',
      'a\tb\nc\td',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      "Excel's own note of the separator",
      'sep=;\r\na;b,c;d\r\n1;2;3',
      [
        ['a', 'b,c', 'd'],
        ['1', '2', '3'],
      ],
    ],
    [
      'quotes',
      '"a,b","c ""d"""\n"",x',
      [
        ['a,b', 'c "d"'],
        [null, 'x'],
      ],
    ],
    [
      'a line break within quotes',
      '"a\r\nb",c\nd,e',
      [
        ['a\r\nb', 'c'],
        ['d', 'e'],
      ],
    ],
    ['a quote within a field', 'a"b,c', [['a"b', 'c']]],
    ['text behind a closing quote', '"a"b,c', [['ab', 'c']]],
    ['blank fields', ',,c', [[null, null, 'c']]],
    ['a formula', '=1+1,b', [['(formula)', 'b']]],
    ['one field', 'a', [['a']]],
  ];
  test.each(cases)('%s', (_name, text, want) => expect(cellsOf(text)).toEqual(want));

  test('rows are numbered as a spreadsheet shows them', () => {
    expect(parse(['a\n\n"b\nb"\nc']).map(({ number }) => number)).toEqual([1, 3, 4]);
  });

  test('a quote that is not closed is told where it begins', () => {
    expect(() => cellsOf('a,b\nc,"d\ne,f')).toThrow(
      expect.objectContaining({ code: 'quote-not-closed', place: { sheet: 'x', row: 2, at: 1 } }) as Error,
    );
  });

  test('what is written is read back, wherever the pieces end', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '字', ',', ';', '"', '\n', '\r', '\t', ' '), minLength: 1 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constant('x'), field, field), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 7 }),
        (rows, size) => {
          const text = csvRow(['h1', 'h2', 'h3']) + rows.map((row) => csvRow(row)).join('');
          const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
            text.slice(at * size, (at + 1) * size),
          );
          expect(
            parse(pieces)
              .slice(1)
              .map(({ cells }) => cells),
          ).toEqual(rows);
        },
      ),
    );
  });

  test.each([
    ['rows', { rows: 2 }, 'a\nb\nc', 'too-many-rows'],
    ['columns', { columns: 2 }, 'a,b,c', 'too-many-columns'],
    ['cells', { cells: 3 }, 'a,b\nc,d', 'too-many-cells'],
  ])('at most so many %s', (_name, limits, text, code) => {
    expect(() => parse([text], { ...importLimits(1), ...limits })).toThrow(expect.objectContaining({ code }) as Error);
  });
});

describe('encodings', () => {
  const decoded = (bytes: Buffer): string => [...decodeCsv(bytes)].join('');
  test('UTF-8', () => expect(decoded(Buffer.from('编号,名称'))).toBe('编号,名称'));
  test('UTF-8 with BOM', () => expect(decoded(Buffer.from(`${BOM}编号`))).toBe('编号'));
  test('GB18030', () => expect(decoded(GB18030)).toBe('编号,名称\r\n1,昆都仑\r\n'));
  test('GB18030 of four bytes', () => expect(decoded(Buffer.from('8139ee39', 'hex'))).toBe('\u3400'));
  test('UTF-16 as Excel writes it', () => {
    expect(decoded(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('编号\t名称', 'utf16le')]))).toBe(
      '编号\t名称',
    );
  });
  test('a character cut in two by a piece of the file', () => {
    const text = `${'a'.repeat((1 << 20) - 1)}号b`;
    expect(decoded(Buffer.from(text))).toBe(text);
  });
  test('none of them', () => {
    expect(() => decoded(Buffer.from('ff81ff20', 'hex'))).toThrow(UnreadableFile);
  });
});
