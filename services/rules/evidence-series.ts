/** Values kept as evidence: three days of hours. */
const SHOWN = 72;

/** Adds a value to a series that its fold owns, forgetting the oldest from time to time. */
export function addToSeries(series: [number, number][], hour: number, value: number): void {
  if (series.length >= 2 * SHOWN) series.splice(0, series.length - SHOWN);
  series.push([hour, value]);
}

/** The newest values of a series, as evidence. */
export function shownSeries(series: readonly [number, number][]): [number, number][] {
  return series.slice(-SHOWN);
}
