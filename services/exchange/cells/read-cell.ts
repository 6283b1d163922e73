import type { CellKind, ColumnSpec } from '../sheets/column-spec.ts';
import { type BadCell, CLEAR, type ReadValue } from './cell-value.ts';
import { isErrorText } from './error-text.ts';
import { unguardText } from './formula-guard.ts';
import type { RawCell } from './raw-cell.ts';
import { readChoice } from './read-choice.ts';
import { readDateSerial, readDateText } from './read-date.ts';
import { isId, readCode } from './read-id.ts';
import { readNumber } from './read-number.ts';
import type { RegionNames } from './region-names.ts';

/** What reading a cell depends on beside its column. */
export interface CellContext {
  regions: RegionNames;
  /** The workbook counts days from 1904. */
  since1904: boolean;
}

/** Half of a character: neither engine keeps it. */
const LONE_SURROGATE = /\p{Surrogate}/u;

type Textual = Exclude<RawCell, { is: 'formula' }>;

/** Reads a cell as its column wants it: no value, a value, CLEAR, or why it cannot be read. */
export function readCell(column: ColumnSpec, raw: RawCell | undefined, context: CellContext): ReadValue {
  if (raw === undefined) return undefined;
  if (raw.is === 'formula') return { code: 'formula', params: {}, text: undefined };
  if (raw.is === 'error') return { code: 'error-value', params: { value: raw.text }, text: undefined };
  const trimmed = raw.text.trim();
  if (trimmed === '') return undefined;
  if (isErrorText(trimmed)) return { code: 'error-value', params: { value: trimmed }, text: trimmed };
  if (trimmed === '-' || trimmed === '清空') return CLEAR;
  return readText(column.kind, raw, unguardText(trimmed), context);
}

function readText(kind: CellKind, raw: Textual, text: string, context: CellContext): ReadValue {
  const bad = (code: BadCell['code'], params: BadCell['params'] = {}): BadCell => ({ code, params, text });
  switch (kind.is) {
    case 'id':
    case 'code': {
      const found = readCode(raw, text);
      if (!found.ok) return bad(found.code, { value: text });
      if (kind.is === 'code') return tooLong(found.text, kind.maxLength) ?? found.text;
      return isId(found.text)
        ? found.text
        : bad(/^\d+(?:\.\d+)?E\+?\d+$/i.test(text) ? 'id-rounded' : 'id-form', { value: text });
    }
    case 'text':
      return tooLong(text, kind.maxLength) ?? text;
    case 'number':
      return readNumeric(kind, raw, text);
    case 'date': {
      const isSerial = raw.is === 'number';
      const date = isSerial ? readDateSerial(Number(raw.text), context.since1904) : readDateText(text);
      return date ?? bad('not-a-date', { value: text });
    }
    case 'choice':
      return (
        readChoice(kind.choices, text) ??
        bad('not-a-choice', {
          value: text,
          choicesZh: kind.choices.map(({ zh }) => zh).join('、'),
          choicesEn: kind.choices.map(({ en }) => en).join(', '),
        })
      );
    case 'region': {
      const [code, other] = context.regions.find(text);
      if (code === undefined) return bad('unknown-region', { value: text });
      return other === undefined ? code : bad('ambiguous-region', { value: text, codes: `${code}, ${other}` });
    }
    default:
      // Which names there are depends on the meter's medium.
      return tooLong(text, 64) ?? text;
  }
}

function tooLong(text: string, maxLength: number): BadCell | undefined {
  // Characters that no registry keeps: the engines would cut or refuse them.
  if (/\0/.test(text) || LONE_SURROGATE.test(text)) return { code: 'not-text', params: {}, text };
  return text.length > maxLength ? { code: 'too-long', params: { length: text.length, maxLength }, text } : undefined;
}

function readNumeric(kind: Extract<CellKind, { is: 'number' }>, raw: Textual, text: string): ReadValue {
  const bad = (code: BadCell['code'], params: BadCell['params'] = {}): BadCell => ({ code, params, text });
  const value = raw.is === 'number' ? Number(raw.text) : readNumber(text, kind.percent);
  if (value === undefined || !Number.isFinite(value) || raw.is === 'boolean')
    return bad('not-a-number', { value: text });
  if (kind.integer === true && !Number.isInteger(value)) return bad('not-whole', { value: text });
  if (kind.above !== undefined && value <= kind.above) return bad('too-small', { value: text, above: kind.above });
  if (kind.from !== undefined && value < kind.from) return bad('below', { value: text, from: kind.from });
  if (kind.to !== undefined && value > kind.to) return bad('too-great', { value: text, to: kind.to });
  return value;
}
