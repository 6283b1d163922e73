import { CLEAR, isBad } from '../cells/cell-value.ts';
import { addAt, type Table, type TableRow, valueOf } from '../tables/table.ts';
import { cellValue, ownerOf } from './dated-rows.ts';
import type { Draft } from './draft.ts';
import { referredTo } from './references.ts';
import { quotaKey, type QuotaFacts } from './registry-state.ts';

const MONTHS = Array.from({ length: 12 }, (_, at) => `month${at + 1}`);
/** How far the months may miss the year's limit, of one. */
const SLACK = 1e-6;

/** Works out the quotas of institutions, by year and medium. */
export function planQuotas(draft: Draft, table: Table): void {
  const first = new Map<string, TableRow>();
  for (const row of table.rows) {
    const institution = ownerOf(draft, table, row, 'institutionId');
    const year = ownerOf(draft, table, row, 'year');
    const medium = ownerOf(draft, table, row, 'medium');
    if (institution === undefined) continue;
    const cell = { key: 'institutionId', sheet: 'institutions', id: institution } as const;
    const isKnown = referredTo(draft, { table, row }, cell) !== undefined;
    if (!isKnown || year === undefined || medium === undefined) {
      readLimits(draft, table, row, undefined);
      continue;
    }
    const key = quotaKey(institution, Number(year), medium);
    const other = first.get(key);
    if (other !== undefined) {
      addAt(draft.problems, table, other, 'institutionId', 'duplicate', { row: row.number, key });
      addAt(draft.problems, table, row, 'institutionId', 'duplicate', { row: other.number, key });
      readLimits(draft, table, row, draft.state.quotas.get(key));
      continue;
    }
    first.set(key, row);
    planQuota(draft, table, row, key);
  }
}

function planQuota(draft: Draft, table: Table, row: TableRow, key: string): void {
  const stored = draft.state.quotas.get(key);
  const quota = readLimits(draft, table, row, stored);
  if (quota === undefined) return;
  if (stored !== undefined && isSameQuota(stored, quota)) {
    draft.summaries.isUnchanged(table);
    return;
  }
  draft.quotas.set(key, { quota, stored });
  if (stored === undefined) {
    draft.summaries.isNew(table);
    return;
  }
  const columns = MONTHS.flatMap((month, at) =>
    stored.monthLimits[at] === quota.monthLimits[at]
      ? []
      : [{ key: month, before: stored.monthLimits[at] ?? null, after: quota.monthLimits[at] ?? null }],
  );
  if (stored.annualLimit !== quota.annualLimit) {
    columns.unshift({ key: 'annualLimit', before: stored.annualLimit, after: quota.annualLimit });
  }
  draft.summaries.isChanged(table, () => ({ row: row.number, key, columns }));
}

function readLimits(draft: Draft, table: Table, row: TableRow, stored: QuotaFacts | undefined): QuotaFacts | undefined {
  const given = valueOf(table, row, 'annualLimit');
  if (given === CLEAR) addAt(draft.problems, table, row, 'annualLimit', 'cannot-clear');
  const isNeeded = given === undefined && stored === undefined;
  const annual = isNeeded
    ? Number(ownerOf(draft, table, row, 'annualLimit'))
    : cellValue(draft, table, row, 'annualLimit');
  const limit = typeof annual === 'number' && !Number.isNaN(annual) ? annual : stored?.annualLimit;
  const months = MONTHS.map((month) => {
    const value = cellValue(draft, table, row, month);
    if (value === CLEAR) addAt(draft.problems, table, row, month, 'cannot-clear');
    return typeof value === 'number' ? value : undefined;
  });
  const isAnyBad = [...MONTHS, 'annualLimit'].some((key) => {
    const value = valueOf(table, row, key);
    return isBad(value) || value === CLEAR;
  });
  if (limit === undefined || isAnyBad) return undefined;
  if (months.every((month) => month === undefined)) {
    if (stored?.annualLimit === limit) return stored;
    return { annualLimit: limit, monthLimits: MONTHS.map(() => limit / 12) };
  }
  const blank = months.indexOf(undefined);
  if (blank >= 0) {
    addAt(draft.problems, table, row, MONTHS[blank]!, 'months-incomplete');
    return undefined;
  }
  const monthLimits = months as number[];
  const quota = { annualLimit: limit, monthLimits };
  const sum = monthLimits.reduce((total, month) => total + month, 0);
  if (Math.abs(sum - limit) <= SLACK * limit || (stored !== undefined && isSameQuota(stored, quota))) return quota;
  addAt(draft.problems, table, row, 'annualLimit', 'months-sum', { sum: Number(sum.toPrecision(12)), annual: limit });
  return undefined;
}

function isSameQuota(a: QuotaFacts, b: QuotaFacts): boolean {
  return a.annualLimit === b.annualLimit && a.monthLimits.every((limit, at) => limit === b.monthLimits[at]);
}
