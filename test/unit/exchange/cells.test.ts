import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { CLEAR } from '../../../services/exchange/cells/cell-value.ts';
import { guardText, unguardText } from '../../../services/exchange/cells/formula-guard.ts';
import type { RawCell } from '../../../services/exchange/cells/raw-cell.ts';
import { readCell } from '../../../services/exchange/cells/read-cell.ts';
import { regionNames } from '../../../services/exchange/cells/region-names.ts';
import { writeCell } from '../../../services/exchange/cells/write-cell.ts';
import { MEDIUM_CHOICES } from '../../../services/exchange/sheets/choices.ts';
import type { CellKind, ColumnSpec } from '../../../services/exchange/sheets/column-spec.ts';

const REGIONS = regionNames([
  { code: '150203', zh: '昆都仑区', en: 'Kundulun District' },
  { code: '150204', zh: '青山区', en: 'Qingshan District' },
  { code: '420107', zh: '青山区', en: 'Qingshan District of Wuhan' },
]);

const text = (value: string): RawCell => ({ is: 'text', text: value });
const number = (value: string): RawCell => ({ is: 'number', text: value });
const column = (kind: CellKind): ColumnSpec => ({
  key: 'x',
  heading: { zh: '甲', en: 'X' },
  kind,
  help: { zh: '', en: '' },
});

function read(kind: CellKind, raw: RawCell | undefined, since1904 = false): unknown {
  const value = readCell(column(kind), raw, { regions: REGIONS, since1904 });
  return typeof value === 'object' ? value.code : value;
}

describe('numbers', () => {
  const kind: CellKind = { is: 'number' };
  const cases: [string, RawCell, unknown][] = [
    ['as Excel keeps them', number('1.2E3'), 1200],
    ['to the last digit', number('0.1'), 0.1],
    ['separated by thousands', text('1,234,567.5'), 1_234_567.5],
    ['separated by blanks', text('1 234 567'), 1_234_567],
    ['in full width', text('１，２３４．５'), 1234.5],
    ['with blanks around', text('  12 '), 12],
    ['with a no-break space', text('12\u00A0345'), 12_345],
    ['below zero', text('-3'), -3],
    ['with a comma that could be a point', text('1,5'), 'not-a-number'],
    ['with words', text('12 kWh'), 'not-a-number'],
    ['percent where none is meant', text('5%'), 'not-a-number'],
    ['beyond all numbers', text('1e999'), 'not-a-number'],
    ['hexadecimal', text('0x1F'), 'not-a-number'],
    ['true', { is: 'boolean', text: 'TRUE' }, 'not-a-number'],
    ['a formula', { is: 'formula' }, 'formula'],
    ['an error', { is: 'error', text: '#REF!' }, 'error-value'],
    ['a blank', text(' \u3000'), undefined],
    ['the marker', text('-'), CLEAR],
    ['the marker in words', text('清空'), CLEAR],
  ];
  test.each(cases)('%s', (_name, raw, want) => expect(read(kind, raw)).toBe(want));

  test('percent where it is meant', () => {
    expect(read({ is: 'number', percent: true }, text('37.5 %'))).toBe(0.375);
  });
});

describe('dates', () => {
  const kind: CellKind = { is: 'date' };
  const cases: [string, RawCell, unknown][] = [
    ['2026-01-31', text('2026-01-31'), '2026-01-31'],
    ['2026/1/3', text('2026/1/3'), '2026-01-03'],
    ['2026.1.3', text('2026.1.3'), '2026-01-03'],
    ['2026年1月3日', text('2026年1月3日'), '2026-01-03'],
    ['in full width, with blanks', text(' ２０２６ 年 1 月 3 日 '), '2026-01-03'],
    ['with midnight behind it', text('2026-01-31 00:00:00'), '2026-01-31'],
    ['with another hour behind it', text('2026-01-31 08:30'), 'not-a-date'],
    ['as Excel counts days', number('46053'), '2026-01-31'],
    ['29 February 2024 as Excel counts', number('45351'), '2024-02-29'],
    ['a part of a day', number('46053.5'), 'not-a-date'],
    ['a year that was taken for a number', number('2026'), 'not-a-date'],
    ['a month that there is not', text('2026-13-01'), 'not-a-date'],
    ['a day that there is not', text('2025-02-29'), 'not-a-date'],
    ['month first', text('1/31/2026'), 'not-a-date'],
    ['ISO of a strict workbook', { is: 'iso-date', text: '2026-01-31T00:00:00' }, '2026-01-31'],
  ];
  test.each(cases)('%s', (_name, raw, want) => expect(read(kind, raw)).toBe(want));

  test('counted from 1904', () => expect(read(kind, number('44591'), true)).toBe('2026-01-31'));
});

describe('ids', () => {
  const kind: CellKind = { is: 'id' };
  const cases: [string, RawCell, unknown][] = [
    ['text', text('jg-001_A'), 'jg-001_A'],
    ['leading zeros', text('000123'), '000123'],
    ['a number of fifteen digits', number('123456789012345'), '123456789012345'],
    ['a number of sixteen digits', number('1234567890123456'), 'id-rounded'],
    ['a number that Excel wrote short', number('1.50203E+17'), 'id-rounded'],
    ['a number with a part', number('12.5'), 'id-rounded'],
    ['a number below zero', number('-12'), 'id-rounded'],
    ['scientific text', text('1.50203E+17'), 'id-rounded'],
    ['blanks within', text('jg 1'), 'id-form'],
    ['Chinese', text('机构1'), 'id-form'],
    ['65 characters', text('x'.repeat(65)), 'id-form'],
  ];
  test.each(cases)('%s', (_name, raw, want) => expect(read(kind, raw)).toBe(want));
});

describe('words', () => {
  const media: CellKind = { is: 'choice', choices: MEDIUM_CHOICES };
  const cases: [string, CellKind, unknown][] = [
    ['电', media, 'electricity'],
    [' Electricity ', media, 'electricity'],
    ['ELECTRICITY', media, 'electricity'],
    ['天然气', media, 'gas'],
    ['natural gas', media, 'gas'],
    ['煤', media, 'not-a-choice'],
    ['150203', { is: 'region' }, '150203'],
    ['昆都仑区', { is: 'region' }, '150203'],
    ['kundulun district', { is: 'region' }, '150203'],
    ['150203 昆都仑区', { is: 'region' }, '150203'],
    ['150203昆都仑区', { is: 'region' }, '150203'],
    ['150203 青山区', { is: 'region' }, 'unknown-region'],
    ['150204 青山区', { is: 'region' }, '150204'],
    ['青山区', { is: 'region' }, 'ambiguous-region'],
    ['150299', { is: 'region' }, 'unknown-region'],
  ];
  test.each(cases)('%s', (word, kind, want) => expect(read(kind, text(word))).toBe(want));

  test('a number of a region', () => expect(read({ is: 'region' }, number('150203'))).toBe('150203'));
});

describe('what spreadsheets take for formulas', () => {
  test.each(['=1+1', '+86 472', '-5 °C', '@SUM(A1)', '\tx', '\rx', '清空', '-', "'=x", "''-"])(
    '%j is guarded',
    (value) => {
      expect(guardText(value)).toBe(`'${value}`);
      expect(unguardText(guardText(value))).toBe(value);
    },
  );
  test.each(['a=1', "'quoted'", '1-2', '清空了'])('%j is left alone', (value) => {
    expect(guardText(value)).toBe(value);
    expect(unguardText(value)).toBe(value);
  });
  test('numbers are exempt', () => {
    expect(writeCell({ is: 'number' }, -5, 'zh', REGIONS)).toBe(-5);
  });
  test('whatever is written is read back, but for blanks around it', () => {
    const kind: CellKind = { is: 'text', maxLength: 1000 };
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.constantFrom('=', '+', '-', '@', "'", '清空', "'-").map((start) => `${start}x`),
        ),
        (value) => {
          const kept = value.trim().replaceAll('\0', '');
          fc.pre(kept !== '');
          const written = writeCell(kind, kept, 'zh', REGIONS);
          expect(read(kind, text(String(written)))).toBe(kept);
        },
      ),
      { numRuns: 500 },
    );
  });
});
