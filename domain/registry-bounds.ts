/**
 * The largest figures that the registry takes, by API and by import alike: far above any institution's or meter's, and
 * far below what usage, rules and reports can count with. One absurd figure would stop the sums of a whole city.
 */
export const MOST = {
  /** m² */
  area: 100_000_000,
  people: 10_000_000,
  multiplier: 1e9,
  /** Register units, as are the registers that people read. */
  registerModulus: 1e15,
  /** Register units per hour. */
  ratedMaximum: 1e12,
  /** Canonical units a year. */
  quota: 1e12,
} as const;
