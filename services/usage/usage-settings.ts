import type { LocalDays } from './local-days.ts';

/** What the making of usage depends on beside readings and registry; the same for all meters. */
export interface UsageSettings {
  days: LocalDays;
  /** Like days are looked for in so many weeks before a gap. */
  likeDayWeeks: number;
  /** A register that has not moved for so many days is told of. */
  stuckDays: number;
}
