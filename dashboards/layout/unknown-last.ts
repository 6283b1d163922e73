/** Compares two figures for a table's sorter, such that what is not known stands last, whichever way the table is sorted. */
export function unknownLast(
  a: number | null,
  b: number | null,
  order: 'ascend' | 'descend' | null | undefined,
): number {
  if (a !== null && b !== null) return a - b;
  if (a === b) return 0;
  const last = order === 'descend' ? -1 : 1;
  return a === null ? last : -last;
}
