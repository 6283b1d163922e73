import { microOf } from './decimal-text.ts';
import {
  minuteOfDay,
  type PeriodPrices,
  type TariffPrices,
  type TariffSchedule,
  type TariffTiers,
  type TariffWindow,
} from './tariff.ts';

const DAY_MINUTES = 1440;

/** What is wrong with the prices of a tariff, naming field and remedy; undefined where nothing is. */
export function tariffProblem(prices: TariffPrices): string | undefined {
  if (prices.kind === 'flat') return undefined;
  if (prices.kind === 'tiered') return tiersProblem('steps', prices);
  for (const [index, schedule] of prices.schedules.entries()) {
    const field = `schedules.${index}`;
    const problem =
      windowsProblem(`${field}.windows`, schedule.windows) ?? priceProblem(field, schedule, prices.prices);
    if (problem !== undefined) return problem;
  }
  const surcharge = prices.surcharge && tiersProblem('surcharge.steps', prices.surcharge);
  return monthsProblem(prices.schedules) ?? surcharge;
}

/** Windows cover the day, in whatever order they are given. */
function windowsProblem(field: string, windows: readonly TariffWindow[]): string | undefined {
  const wrapped = windows.find(({ from, to }) => minuteOfDay(to) <= minuteOfDay(from));
  if (wrapped !== undefined) {
    return `${field}: ${wrapped.from}–${wrapped.to} ends before it starts; divide it at midnight`;
  }
  const sorted = windows.toSorted((a, b) => minuteOfDay(a.from) - minuteOfDay(b.from));
  let reached = 0;
  for (const { from, to } of sorted) {
    const start = minuteOfDay(from);
    if (start > reached) return `${field}: nothing holds from ${timeOf(reached)} to ${from}; the windows cover the day`;
    if (start < reached) return `${field}: two hold from ${from} to ${timeOf(Math.min(reached, minuteOfDay(to)))}`;
    reached = minuteOfDay(to);
  }
  if (reached === DAY_MINUTES) return undefined;
  return `${field}: nothing holds from ${timeOf(reached)} to 24:00; the windows cover the day`;
}

function priceProblem(field: string, schedule: TariffSchedule, prices: PeriodPrices): string | undefined {
  const without = schedule.windows.find(({ period }) => (schedule.prices?.[period] ?? prices[period]) === undefined);
  return without && `prices.${without.period}: is missing; ${field} has a window of that period`;
}

/** Each month has one schedule for its working days, and one for the others. */
function monthsProblem(schedules: readonly TariffSchedule[]): string | undefined {
  for (let month = 1; month <= 12; month++) {
    for (const days of ['workdays', 'restdays'] as const) {
      const held = schedules.filter((one) => scheduleHolds(one, month, days === 'workdays')).length;
      if (held === 1) continue;
      const which = days === 'workdays' ? 'working days' : 'days off';
      const what = held === 0 ? 'no schedule holds' : `${held} schedules hold`;
      return `schedules: ${what} on ${which} of month ${month}; there must be one`;
    }
  }
  return undefined;
}

/** Whether a schedule is that of the working days, or of the days off, of a month. */
export function scheduleHolds({ months, days }: TariffSchedule, month: number, isWorkday: boolean): boolean {
  if (months !== undefined && !months.includes(month)) return false;
  return days === 'all' || (days === 'workdays') === isWorkday;
}

function tiersProblem(field: string, { steps }: TariffTiers): string | undefined {
  let below = 0n;
  for (const [index, { upTo }] of steps.entries()) {
    const isLast = index === steps.length - 1;
    if (upTo === null) {
      if (!isLast) return `${field}.${index}.upTo: only the last step has no edge`;
      continue;
    }
    if (isLast) return `${field}.${index}.upTo: the last step has no edge (null): whatever is used has a price`;
    const edge = microOf(upTo);
    if (edge <= below) return `${field}.${index}.upTo: ${upTo} is not above the edge before it`;
    below = edge;
  }
  return undefined;
}

function timeOf(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
