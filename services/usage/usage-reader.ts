import type { Quality } from '../../domain/quality.ts';
import type { UsageMedium } from '../../domain/quantity.ts';
import type { KnownUsage } from '../../storage/series/port.ts';

/** Steps the API serves. */
export type UsageStep = '15m' | '1h' | '1d' | '1mo';

/** One interval of a meter; `micro` is null where missing. */
export interface MeterInterval {
  startMs: number;
  endMs: number;
  /** Millionths of the canonical unit. */
  micro: bigint | null;
  quality: Quality;
  /** Asked for, of days and months: when a sealed day within changed last, epoch milliseconds; left out where none did. */
  changedAtMs?: number;
}

/** Shares of the meter-time of a period, summing to 1. */
export interface QualityShares {
  measured: number;
  estimated: number;
  manual: number;
  missing: number;
}

/** One interval of an institution, medium and sub-item ('' where none). */
export interface InstitutionInterval {
  /** A key of `premisesKey`: the institution's id for its own premises. */
  institution: string;
  medium: UsageMedium;
  subItem: string;
  startMs: number;
  endMs: number;
  micro: bigint | null;
  quality: QualityShares;
  /** The meter-time that the shares are of, milliseconds: by it they are averaged with those of other intervals. */
  meterMs?: number;
  /** As of a meter, by the meters that count here. */
  changedAtMs?: number;
}

/** What is told beside the amounts where it is asked for. */
export interface UsageDetail {
  /** When sealed days changed; costs a look into the late-data ledger. */
  changes?: boolean;
}

/** Answers questions about usage. Ranges are [fromMs, toMs) on boundaries of the step. */
export interface UsageReader {
  /** Intervals of a meter, without holes: what is not there is missing. Throws PlatformError `not-found`. */
  meterUsage(
    meter: string,
    fromMs: number,
    toMs: number,
    step: UsageStep,
    options?: UsageDetail,
  ): Promise<MeterInterval[]>;
  /** Intervals of institutions by (institution, medium, sub-item, start); a series without any value is left out. */
  institutionUsage(
    institutions: readonly string[],
    fromMs: number,
    toMs: number,
    step: UsageStep,
    medium?: UsageMedium,
    options?: UsageDetail,
  ): Promise<InstitutionInterval[]>;
  /** What is known of many institutions, each named once, by medium and day or month, over sub-items. */
  knownUsage(institutions: readonly string[], fromMs: number, toMs: number, step: '1d' | '1mo'): Promise<KnownUsage>;
}
