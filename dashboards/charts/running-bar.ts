/** How a bar is drawn whose period still runs: paler, so that it does not look like a fall in use. */
const RUNNING_STYLE = { opacity: 0.4 } as const;

/** A bar's value, or the value with a style where there is one. */
type Bar = number | null | { value: number | null; itemStyle: { opacity: number } };

/** Values as bars, the one at `running` drawn as still running. */
export function withRunning(values: readonly (number | null)[], running: number | undefined): Bar[] {
  return values.map((value, index) => (index === running ? { value, itemStyle: RUNNING_STYLE } : value));
}
