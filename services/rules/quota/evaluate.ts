import type { UsageMedium } from '../../../domain/quantity.ts';
import type { Zone } from '../../../domain/zone.ts';
import type { Episode, EpisodeKey, Folded } from '../episode.ts';
import { afterHour, episodeOfPeriod, type PeriodTerms, startPeriod, type QuotaPeriod } from './period.ts';

const HOUR_MS = 3_600_000;

/** The limit of one medium and year in canonical units, split by month. */
export interface QuotaLimit {
  medium: UsageMedium;
  year: number;
  annualLimit: number;
  monthLimits: readonly number[];
}

export interface QuotaConfig extends PeriodTerms {
  limits: readonly QuotaLimit[];
}

/** Whole hours of [fromMs, toMs): use of each medium in millionths of its unit, by start of the hour. */
export interface QuotaWindow {
  fromMs: number;
  toMs: number;
  useMicro: ReadonlyMap<UsageMedium, ReadonlyMap<number, bigint>>;
}

/** The running year and month of each medium that has a quota; JSON. */
export interface QuotaState {
  periods: QuotaPeriod[];
}

/** The state before any data. */
export const QUOTA_START: QuotaState = { periods: [] };

/**
 * Quota (Art. 15, 27): the use of a year and of each of its months against its limit. A warning to the institution from
 * `warningRatio` on, a breach that goes to the bureau from `breachRatio` on: one episode, whose severity rises. It is
 * active since the end of the hour that reached the ratio. A period that ends within its limit ends its warning; a
 * breach stays, for it cannot be undone. Hours without data add nothing.
 */
export function evaluateQuota(config: QuotaConfig, window: QuotaWindow, previous: QuotaState): Folded<QuotaState> {
  const { zone } = config;
  const limits = new Map(config.limits.map((limit) => [`${limit.medium}/${limit.year}`, limit]));
  const media = [...new Set(config.limits.map(({ medium }) => medium))];
  let periods = previous.periods.map((period) => structuredClone(period));
  const episodes: Episode[] = [];
  let nextMonthMs = window.fromMs;

  for (let hour = window.fromMs; hour < window.toMs; hour += HOUR_MS) {
    if (hour >= nextMonthMs) {
      nextMonthMs = zone.nextMonth(hour);
      for (const period of periods) {
        if (period.endMs <= hour) episodes.push(...episodeOfPeriod(period, config, hour));
      }
      periods = currentPeriods(media, limits, periods, zone, hour);
    }
    for (const period of periods) {
      const micro = window.useMicro.get(period.medium)?.get(hour);
      if (micro !== undefined) afterHour(period, config, hour + HOUR_MS, micro, episodes);
    }
  }
  for (const period of periods) episodes.push(...episodeOfPeriod(period, config, window.toMs));
  return { state: { periods }, episodes };
}

/** The episodes before the window that folding on from this state can still change. */
export function carriedByQuota(state: QuotaState): EpisodeKey[] {
  return state.periods.flatMap(({ subject, warnedAtMs }) =>
    warnedAtMs === null ? [] : [{ subject, activeSinceMs: warnedAtMs }],
  );
}

function currentPeriods(
  media: readonly UsageMedium[],
  limits: ReadonlyMap<string, QuotaLimit>,
  periods: readonly QuotaPeriod[],
  zone: Zone,
  hour: number,
): QuotaPeriod[] {
  const { year, month } = zone.local(hour);
  const yearSpan = { startMs: zone.yearStart(hour), endMs: zone.at(year + 1, 1, 1) };
  const monthSpan = { startMs: zone.monthStart(hour), endMs: zone.nextMonth(hour) };
  return media.flatMap((medium) => {
    const limit = limits.get(`${medium}/${year}`);
    if (limit === undefined) return [];
    const monthLimit = limit.monthLimits[month - 1] ?? 0;
    const wanted = [
      startPeriod(`${medium}/${year}`, medium, limit.annualLimit, yearSpan),
      startPeriod(`${medium}/${year}-${String(month).padStart(2, '0')}`, medium, monthLimit, monthSpan),
    ];
    // A limit of nothing is no limit: a school's August would be a breach with its first kilowatt-hour.
    return wanted
      .filter((period) => period.limit > 0)
      .map((period) => periods.find(({ subject, endMs }) => subject === period.subject && endMs > hour) ?? period);
  });
}
