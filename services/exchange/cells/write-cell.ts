import { SUB_ITEM_CHOICES } from '../sheets/choices.ts';
import type { CellKind, Language } from '../sheets/column-spec.ts';
import { guardText } from './formula-guard.ts';
import type { RegionNames } from './region-names.ts';

/** How an export writes a stored value: numbers as numbers, all else as text that no spreadsheet takes for a formula. */
export function writeCell(
  kind: CellKind,
  value: string | number | null | undefined,
  language: Language,
  regions: RegionNames,
): string | number | null {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'number') return value;
  return guardText(wordsOf(kind, value, language, regions));
}

function wordsOf(kind: CellKind, value: string, language: Language, regions: RegionNames): string {
  if (kind.is === 'region') return regions.write(value, language);
  if (kind.is === 'choice') return kind.choices.find(({ code }) => code === value)?.[language] ?? value;
  return value;
}

/** How an export writes an electricity sub-item: `A1 照明与插座`. */
export function writeSubItem(code: string, language: Language): string {
  const found = SUB_ITEM_CHOICES.find((choice) => choice.code === code);
  return found === undefined ? code : `${code} ${found[language]}`;
}
