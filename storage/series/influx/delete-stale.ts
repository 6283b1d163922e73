/** The times of one series that stand in the store where a replacement now says what should stand. */
export interface SeriesTimes {
  /** The condition that selects the series, in InfluxQL. */
  condition: string;
  /** Rising. */
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
    for (const atMs of standing) {
      if (wanted.has(atMs)) finish();
      else if (run === undefined) run = { fromMs: atMs, toMs: atMs };
      else run.toMs = atMs;
    }
    finish();
  }
  return statements;
}
