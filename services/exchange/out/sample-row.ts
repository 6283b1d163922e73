import { readChoice } from '../cells/read-choice.ts';
import type { RegionNames } from '../cells/region-names.ts';
import { writeCell, writeSubItem } from '../cells/write-cell.ts';
import type { Language, SheetSpec } from '../sheets/column-spec.ts';
import { SUB_ITEM_CHOICES } from '../sheets/choices.ts';

/** A row that shows how a sheet is filled; its first cell begins with #, so that it is not imported. */
export function sampleRow(spec: SheetSpec, language: Language, regions: RegionNames): (string | number | null)[] {
  return spec.columns.map(({ kind, sample }, at) => {
    if (sample === undefined) return null;
    if (at === 0) return `#${sample}`;
    if (typeof sample === 'number') return sample;
    if (kind.is === 'choice') return writeCell(kind, readChoice(kind.choices, sample), language, regions);
    if (kind.is === 'region') return writeCell(kind, regions.find(sample)[0], language, regions);
    if (kind.is === 'sub-item') return writeSubItem(readChoice(SUB_ITEM_CHOICES, sample) ?? sample, language);
    return sample;
  });
}
