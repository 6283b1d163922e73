/** True for what has not ended before a year began; `endedOn` is its first day of not being there, null for none. */
export function wasThereIn(year: number, endedOn: string | null): boolean {
  return endedOn === null || endedOn > `${year}-01-01`;
}
