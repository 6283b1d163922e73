import type { TariffPeriod } from '../../domain/tariff.ts';

/** Which version of which tariff. */
export interface TariffRef {
  id: string;
  /** `YYYY-MM-DD` */
  validFrom: string;
}

/** Steps by the amount used since the month or the year began. */
export interface RateTiers {
  per: 'month' | 'year';
  /** Millionths of the canonical unit, rising; one less than the prices. */
  edges: readonly bigint[];
  /** Millionths of a yuan a unit, over the price of the period. */
  prices: readonly bigint[];
}

/** What a unit costs in some interval. */
export interface Rate {
  /** Its version, as the list that intervals share. */
  tariffs: readonly [TariffRef];
  /** Null where the tariff knows no periods. */
  period: TariffPeriod | null;
  /** Millionths of a yuan a unit. */
  priceMicro: bigint;
  tiers: RateTiers | null;
}
