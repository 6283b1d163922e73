import { z } from 'zod';

import { problemSchema } from './common.ts';

/** The sheets of the registry's import and export. */
export const REGISTRY_SHEETS = [
  'institutions',
  'attributes',
  'buildings',
  'zones',
  'collectors',
  'meters',
  'shares',
  'multipliers',
  'quotas',
] as const;
export const registrySheetSchema = z.enum(REGISTRY_SHEETS);
export type RegistrySheet = z.infer<typeof registrySheetSchema>;

/** The languages of messages, headings and words. */
export const exchangeLanguageSchema = z.enum(['zh', 'en']);

/** Something wrong with a file. What it is about the whole file has no sheet, what it is about a sheet no row. */
export const importProblemSchema = z.object({
  /** Name of the sheet or CSV file, as the file has it. */
  sheet: z.string().nullable(),
  row: z.number().nullable(),
  /** The column's heading, as the file has it. */
  column: z.string().nullable(),
  /** `C7` */
  cell: z.string().nullable(),
  /** Stable; the message says the same in words. */
  code: z.string(),
  message: z.string(),
});
export type ImportProblem = z.infer<typeof importProblemSchema>;

const shownSchema = z.union([z.string(), z.number()]).nullable();

/** What becomes of a sheet's rows. */
export const importedSheetSchema = z.object({
  sheet: registrySheetSchema,
  name: z.string(),
  rows: z.number(),
  new: z.number(),
  changed: z.number(),
  unchanged: z.number(),
  /** The first 500 of the rows that change. */
  changes: z.array(
    z.object({
      row: z.number(),
      /** What names it: an id, or ids with a date. */
      key: z.string(),
      columns: z.array(z.object({ column: z.string(), before: shownSchema, after: shownSchema })),
    }),
  ),
});
export type ImportedSheet = z.infer<typeof importedSheetSchema>;

const outcome = {
  dryRun: z.boolean(),
  /** By sheet, row and column; the first 10,000. */
  problems: z.array(importProblemSchema),
  /** All there are. */
  problemCount: z.number(),
  sheets: z.array(importedSheetSchema),
};

/** What an import did, or what it would do. */
export const importResultSchema = z.object({
  ...outcome,
  /** True where the registry is another one now. */
  changed: z.boolean(),
  /** Of new collectors: shown this once. */
  tokens: z.array(z.object({ id: z.string(), token: z.string() })),
  /** The same as a CSV file, null where there are none. */
  tokensCsv: z.string().nullable(),
});
export type ImportResult = z.infer<typeof importResultSchema>;

/** The problem (`import-refused`) of an import that changed nothing because something is wrong with the file. */
export const importRefusedSchema = problemSchema.extend(outcome);
export type ImportRefused = z.infer<typeof importRefusedSchema>;
