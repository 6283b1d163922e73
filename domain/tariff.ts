/** Periods of a time-of-use tariff (分时电价): 尖, 峰, 平, 谷, 深谷. */
export const TARIFF_PERIODS = ['sharp', 'peak', 'flat', 'valley', 'deep'] as const;
export type TariffPeriod = (typeof TARIFF_PERIODS)[number];

/** On which days the windows of a schedule hold: working days are those of the city's calendar, 调休 included. */
export const TARIFF_DAYS = ['all', 'workdays', 'restdays'] as const;
export type TariffDays = (typeof TARIFF_DAYS)[number];

/** A stretch of local time, `HH:MM` on quarter hours; `to` up to `24:00`. */
export interface TariffWindow {
  from: string;
  to: string;
  period: TariffPeriod;
}

/** The day of some months: its windows cover it, none over another. */
export interface TariffSchedule {
  /** 1 to 12; the whole year where left out. */
  months?: readonly number[] | undefined;
  days: TariffDays;
  windows: readonly TariffWindow[];
  /** Where these months have prices of their own: over those of the tariff. */
  prices?: PeriodPrices | undefined;
}

/** Yuan a unit as decimal text, at most six places. */
export type PeriodPrices = Partial<Record<TariffPeriod, string>>;

/** Steps (阶梯) by the amount that has been used since the month or the year began, in canonical units. */
export interface TariffTiers {
  per: 'month' | 'year';
  /** By rising edge; the last has none. */
  steps: readonly { upTo: string | null; price: string }[];
}

interface FixedPart {
  /** Yuan a month whatever is used (基本电费), decimal text. */
  fixedPerMonth?: string | undefined;
}

/** One price. */
export interface FlatPrices extends FixedPart {
  kind: 'flat';
  price: string;
}

/** A price for each period of the day (尖峰平谷). */
export interface TimeOfUsePrices extends FixedPart {
  kind: 'time-of-use';
  prices: PeriodPrices;
  schedules: readonly TariffSchedule[];
  /** What tiers add to the price of the period. */
  surcharge?: TariffTiers | undefined;
}

/** A price for each step of the amount. */
export interface TieredPrices extends FixedPart, TariffTiers {
  kind: 'tiered';
}

/** What a unit costs. Amounts of money and edges are decimal text, so that nothing is rounded on the way. */
export type TariffPrices = FlatPrices | TimeOfUsePrices | TieredPrices;

/** Minutes of the day of `HH:MM`; 1440 of `24:00`. */
export function minuteOfDay(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
