import { dayIndexOf, dayStartOf, ORIGIN_DAY, QUARTER_MS, QUARTERS } from './local-days.ts';
import type { MeterLoad } from './meter-load.ts';

/** What has flowed between the origin and an instant. */
export interface Integral {
  /** Whole millionths of the canonical unit since the origin (negative before it); never falls with time. */
  microAt(ms: number): number;
  /** Canonical units per hour. */
  flowAt(ms: number): number;
}

/**
 * Integrates loads day by day and remembers where it stood, so that time running on costs next to nothing. Amounts
 * are whole numbers below 2⁵³: the result does not depend on the way there, a restart continues exactly.
 */
export function createIntegral(loads: readonly MeterLoad[]): Integral {
  /** prefix[q]: amount of the day before its quarter hour q. */
  const prefix = new Float64Array(QUARTERS + 1);
  let day = ORIGIN_DAY;
  let before = 0;
  load();

  function load(): void {
    const amounts = loads.map((each) => each.quartersOf(day));
    let sum = 0;
    for (let quarter = 0; quarter < QUARTERS; quarter++) {
      prefix[quarter] = sum;
      for (const each of amounts) sum += each[quarter]!;
    }
    prefix[QUARTERS] = sum;
  }

  function seek(target: number): void {
    while (day < target) {
      before += prefix[QUARTERS]!;
      day++;
      load();
    }
    while (day > target) {
      day--;
      load();
      before -= prefix[QUARTERS]!;
    }
  }

  return {
    microAt(ms) {
      seek(dayIndexOf(ms));
      const since = ms - dayStartOf(day);
      const quarter = Math.floor(since / QUARTER_MS);
      const part = (since % QUARTER_MS) / QUARTER_MS;
      return before + prefix[quarter]! + Math.floor((prefix[quarter + 1]! - prefix[quarter]!) * part);
    },
    flowAt(ms) {
      seek(dayIndexOf(ms));
      const quarter = Math.floor((ms - dayStartOf(day)) / QUARTER_MS);
      return (prefix[quarter + 1]! - prefix[quarter]!) * 4e-6;
    },
  };
}
