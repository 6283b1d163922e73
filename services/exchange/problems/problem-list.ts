import type { Language } from '../sheets/column-spec.ts';
import { PROBLEM_TEXTS, type ProblemCode } from './problem-texts.ts';

/** Characters of what a file says that a message shows. */
const MOST_SHOWN = 120;
/** Parameters that are words of ours. */
const OURS = /(?:Zh|En)$/;

/** Where something is wrong, as the file names it. */
export interface Place {
  /** Name of the sheet, or of the CSV file. */
  sheet?: string | undefined;
  row?: number | undefined;
  /** Column from 0. */
  at?: number | undefined;
  /** The column's heading. */
  column?: string | undefined;
}

/** Something wrong with a file, as an answer shows it. */
export interface ImportProblem {
  sheet: string | null;
  row: number | null;
  column: string | null;
  /** `C7` */
  cell: string | null;
  code: ProblemCode;
  message: string;
}

/** Collects what is wrong, up to a number; counts the rest. */
export interface ProblemList {
  add(place: Place, code: ProblemCode, params?: Record<string, string | number>): void;
  count(): number;
  /** Another list that begins with what this one holds. */
  fork(): ProblemList;
  /** By sheet, row and column. */
  list(language: Language): ImportProblem[];
}

interface Kept {
  place: Place;
  code: ProblemCode;
  params: Record<string, string | number>;
  order: number;
}

/** An empty list that keeps `most` problems. */
export function createProblemList(most: number): ProblemList {
  return listFrom([], new Map(), 0, most);
}

function listFrom(
  kept: Kept[],
  sheets: Map<string | undefined, number>,
  alreadyCounted: number,
  most: number,
): ProblemList {
  let count = alreadyCounted;
  return {
    fork: () => listFrom([...kept], new Map(sheets), count, most),
    add: (place, code, params = {}) => {
      count += 1;
      if (!sheets.has(place.sheet)) sheets.set(place.sheet, sheets.size);
      if (kept.length < most) kept.push({ place, code, params, order: count });
    },
    count: () => count,
    list: (language) =>
      kept
        .toSorted(
          (a, b) =>
            sheets.get(a.place.sheet)! - sheets.get(b.place.sheet)! ||
            (a.place.row ?? 0) - (b.place.row ?? 0) ||
            (a.place.at ?? -1) - (b.place.at ?? -1) ||
            a.order - b.order,
        )
        .map(({ place, code, params }) => ({
          sheet: place.sheet ?? null,
          row: place.row ?? null,
          column: place.column ?? null,
          cell: place.row === undefined || place.at === undefined ? null : `${columnLetters(place.at)}${place.row}`,
          code,
          message: problemMessage(code, params, language),
        })),
  };
}

/** The message of a problem in a language. */
function problemMessage(code: ProblemCode, params: Record<string, string | number>, language: Language): string {
  return PROBLEM_TEXTS[code][language].replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
    const text = String(params[name] ?? '');
    return OURS.test(name) || text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)}…`;
  });
}

/** The letters by which a spreadsheet names a column counted from 0: A, B, … Z, AA. */
export function columnLetters(at: number): string {
  let letters = '';
  for (let rest = at + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  }
  return letters;
}
