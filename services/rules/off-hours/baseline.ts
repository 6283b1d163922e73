/** Working-hours load of one working day that had data. */
export interface BaselineDay {
  date: string;
  /** Sum of the hour means, kW, and how many hours it sums. */
  sumKw: number;
  hours: number;
}

/** Four weeks of working days. Days without data do not count, so that an outage does not forget what is normal. */
const BASELINE_DAYS = 20;
/** About two working days: with less, the share of a mean says nothing. */
const MINIMUM_HOURS = 20;

/** The days with one more working hour (its mean power in kW) in them, the oldest forgotten; the input is not changed. */
export function withWorkingHour(days: readonly BaselineDay[], date: string, kw: number): BaselineDay[] {
  const last = days.at(-1);
  if (last?.date === date) {
    return [...days.slice(0, -1), { date, sumKw: last.sumKw + kw, hours: last.hours + 1 }];
  }
  return [...days, { date, sumKw: kw, hours: 1 }].slice(-BASELINE_DAYS);
}

/** The mean power of working hours in kW, or null while too few are known. */
export function baselineKw(days: readonly BaselineDay[]): number | null {
  let sumKw = 0;
  let hours = 0;
  for (const day of days) {
    sumKw += day.sumKw;
    hours += day.hours;
  }
  return hours < MINIMUM_HOURS ? null : sumKw / hours;
}
