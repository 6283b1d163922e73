import { microOf } from '../../domain/decimal-text.ts';
import { scheduleHolds } from '../../domain/tariff-problem.ts';
import { minuteOfDay, type TariffPrices, type TariffTiers, type TimeOfUsePrices } from '../../domain/tariff.ts';
import { bug } from '../../domain/errors.ts';
import type { Rate, RateTiers, TariffRef } from './rate.ts';

const QUARTERS_OF_DAY = 96;

/** A version of a tariff, ready to price intervals with. */
export interface CompiledVersion {
  ref: TariffRef;
  /** The finest step that prices differ in. */
  grid: 'day' | 'hour' | 'quarter';
  hasTiers: boolean;
  asksWorkdays: boolean;
  /** 10⁻¹² yuan a month; null where there is no fixed part. */
  fixedPico: bigint | null;
  /** The rate of each quarter hour of a day, by local time. */
  ratesOfDay(month: number, isWorkday: boolean): readonly Rate[];
}

/** Works out the rates of a version whose prices have been checked. */
export function compileVersion(ref: TariffRef, prices: TariffPrices): CompiledVersion {
  const fixedPico = prices.fixedPerMonth === undefined ? null : microOf(prices.fixedPerMonth) * 1_000_000n;
  if (prices.kind === 'time-of-use') return compileTimeOfUse(ref, prices, fixedPico);
  const tiers = prices.kind === 'tiered' ? compileTiers(prices) : null;
  const priceMicro = prices.kind === 'flat' ? microOf(prices.price) : 0n;
  const day = repeated({ tariffs: [ref], period: null, priceMicro, tiers });
  return {
    ref,
    // Steps of an amount are divided by the hour, so that sub-items are the same by the hour and by the day.
    grid: tiers === null ? 'day' : 'hour',
    hasTiers: tiers !== null,
    asksWorkdays: false,
    fixedPico,
    ratesOfDay: () => day,
  };
}

function compileTimeOfUse(ref: TariffRef, prices: TimeOfUsePrices, fixedPico: bigint | null): CompiledVersion {
  const tiers = prices.surcharge === undefined ? null : compileTiers(prices.surcharge);
  const known = new Map<string, Rate>();
  function rateOf(period: Rate['period'] & string, price: string): Rate {
    const key = `${period} ${price}`;
    let rate = known.get(key);
    if (rate === undefined) known.set(key, (rate = { tariffs: [ref], period, priceMicro: microOf(price), tiers }));
    return rate;
  }
  const days = prices.schedules.map(({ windows, prices: own }) => {
    const day: Rate[] = [];
    for (const { from, to, period } of windows) {
      const price = own?.[period] ?? prices.prices[period] ?? bug(`tariff ${ref.id} has no price for ${period}`);
      const rate = rateOf(period, price);
      for (let quarter = minuteOfDay(from) / 15; quarter < minuteOfDay(to) / 15; quarter++) day[quarter] = rate;
    }
    return day;
  });
  const offTheHour = prices.schedules.some(({ windows }) => windows.some(({ from }) => minuteOfDay(from) % 60 !== 0));
  return {
    ref,
    grid: offTheHour ? 'quarter' : 'hour',
    hasTiers: tiers !== null,
    asksWorkdays: prices.schedules.some((schedule) => schedule.days !== 'all'),
    fixedPico,
    ratesOfDay: (month, isWorkday) =>
      days[prices.schedules.findIndex((schedule) => scheduleHolds(schedule, month, isWorkday))] ??
      bug(`tariff ${ref.id} has no schedule for month ${month}`),
  };
}

function repeated(rate: Rate): readonly Rate[] {
  return Array.from({ length: QUARTERS_OF_DAY }, () => rate);
}

function compileTiers({ per, steps }: TariffTiers): RateTiers {
  return {
    per,
    edges: steps.flatMap(({ upTo }) => (upTo === null ? [] : [microOf(upTo)])),
    prices: steps.map(({ price }) => microOf(price)),
  };
}
