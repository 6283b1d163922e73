/** Rows that come grouped by integer key, with the groups put in the order of their ids. */
export function inIdOrder<Row>(rows: readonly Row[], idOf: (row: Row) => string): Row[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const id = idOf(row);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [row]);
    else group.push(row);
  }
  return [...groups.keys()].sort().flatMap((id) => groups.get(id)!);
}
