import type { UsageMedium } from '../../../domain/quantity.ts';
import type { InstitutionStep, InstitutionUsage } from '../port.ts';
import { appendRows, integerColumn, textColumn } from './append-rows.ts';
import type { DuckdbFile } from './duckdb-file.ts';
import type { IdKeys } from './id-keys.ts';
import { inIdOrder } from './in-id-order.ts';
import { SUM_SELECT, sumColumns, sumReader } from './usage-sums.ts';

/** Institutions and the range of period starts, [fromMs, toMs), that a call speaks of. */
export interface InstitutionRange {
  step: InstitutionStep;
  institutions: readonly string[];
  fromMs: number;
  toMs: number;
}

/** Replaces all sums of institutions within a range, in one transaction. */
export async function replaceInstitutionUsage(
  file: DuckdbFile,
  institutions: IdKeys,
  range: InstitutionRange,
  rows: readonly InstitutionUsage[],
): Promise<void> {
  await file.write(
    async (connection) => {
      const stored = institutions.keysOf(range.institutions);
      if (stored.length > 0)
        await connection.run(
          `DELETE FROM institution_${range.step} WHERE institution IN (${stored.join(',')})
             AND start_ms >= ${range.fromMs} AND start_ms < ${range.toMs}`,
        );
      await institutions.assign(
        connection,
        rows.map((row) => row.institution),
      );
      await appendRows(connection, `institution_${range.step}`, rows.length, [
        integerColumn((row) => institutions.keyOf(rows[row]!.institution)!),
        textColumn((row) => rows[row]!.medium),
        textColumn((row) => rows[row]!.subItem),
        ...sumColumns(rows),
      ]);
    },
    (committed) => institutions.settle(committed),
  );
}

/** Sums of institutions within a range, by (institution, medium, sub-item, start). */
export async function readInstitutionUsage(
  file: DuckdbFile,
  institutions: IdKeys,
  range: InstitutionRange,
  onlyMedium: UsageMedium | undefined,
): Promise<InstitutionUsage[]> {
  const keys = institutions.keysOf(range.institutions);
  const rows: InstitutionUsage[] = [];
  if (keys.length === 0) return rows;
  const sql = `SELECT institution, medium, sub_item, ${SUM_SELECT} FROM institution_${range.step}
    WHERE institution IN (${keys.join(',')}) AND start_ms >= ${range.fromMs} AND start_ms < ${range.toMs}
      ${onlyMedium === undefined ? '' : `AND medium = '${onlyMedium}'`}
    ORDER BY institution, medium, sub_item, start_ms`;
  await file.read(sql, (chunk) => {
    const [institution, medium, subItem] = [0, 1, 2].map((index) => chunk.getColumnVector(index));
    const sumAt = sumReader(chunk, 3);
    for (let row = 0; row < chunk.rowCount; row++)
      rows.push({
        institution: institutions.idOf(institution!.getItem(row) as number),
        medium: medium!.getItem(row) as UsageMedium,
        subItem: subItem!.getItem(row) as string,
        ...sumAt(row),
      });
  });
  return inIdOrder(rows, (row) => row.institution);
}
