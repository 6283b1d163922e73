/** The times of one series that stand in the store where a replacement now says what should stand. */
export interface SeriesTimes {
  /** The condition that selects the series, in InfluxQL. */
  condition: string;
  standing: readonly number[];
  wanted: ReadonlySet<number>;
}

/** DELETE statements for what stands and is not wanted: one for each run that no wanted time interrupts. */
export function deleteStale(measurement: string, series: readonly SeriesTimes[]): string[] {
  const statements: string[] = [];
  for (const { condition, standing, wanted } of series) {
    let run: { fromMs: number; toMs: number } | undefined;
    const finish = () => {
      if (run !== undefined)
        statements.push(
          `DELETE FROM ${measurement} WHERE ${condition} AND time >= ${run.fromMs}ms AND time <= ${run.toMs}ms`,
        );
      run = undefined;
    };
    // What is wanted and new does not stand in the list, but does in the store by now: it interrupts a run as well.
    for (const atMs of [...new Set([...standing, ...wanted])].sort((a, b) => a - b)) {
      if (wanted.has(atMs)) finish();
      else if (run === undefined) run = { fromMs: atMs, toMs: atMs };
      else run.toMs = atMs;
    }
    finish();
  }
  return statements;
}
