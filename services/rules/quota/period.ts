import { coefficientsAt, type DatedCoefficientSet } from '../../../domain/coefficient.ts';
import { fromMicro, MICRO } from '../../../domain/micro.ts';
import { CANONICAL_UNIT, type UsageMedium } from '../../../domain/quantity.ts';
import type { Zone } from '../../../domain/zone.ts';
import type { Episode } from '../episode.ts';
import type { QuotaSettings } from '../settings.ts';

const MONTH_AND_SOME_MS = 40 * 86_400_000;

/** The use of one medium in one year or month so far; JSON. */
export interface QuotaPeriod {
  subject: string;
  medium: UsageMedium;
  startMs: number;
  endMs: number;
  limit: number;
  /** Millionths of the canonical unit, as text: JSON has no 64-bit integers. */
  usedMicro: string;
  /** End of the hour in which the ratio was reached. */
  warnedAtMs: number | null;
  breachedAtMs: number | null;
  /** End of the newest hour that used something, and of the day (a month's period) or month (a year's) it lies in. */
  newestMs: number | null;
  stepEndMs: number;
  /** Cumulative use at the ends of the days or months before that one. */
  series: [number, number][];
}

/** What periods are judged under besides their limit. */
export interface PeriodTerms {
  zone: Zone;
  settings: QuotaSettings;
  /** The sets that were entered, by rising day. */
  coefficients: readonly DatedCoefficientSet[];
}

/** A period that has not used anything yet. */
export function startPeriod(
  subject: string,
  medium: UsageMedium,
  limit: number,
  span: { startMs: number; endMs: number },
): QuotaPeriod {
  return {
    subject,
    medium,
    ...span,
    limit,
    usedMicro: '0',
    warnedAtMs: null,
    breachedAtMs: null,
    newestMs: null,
    stepEndMs: span.startMs,
    series: [],
  };
}

/** Adds the use of the hour that ends at `endMs`; a warning that ended by it is put to `ended`. Changes the period. */
export function afterHour(
  period: QuotaPeriod,
  terms: PeriodTerms,
  endMs: number,
  micro: bigint,
  ended: Episode[],
): void {
  const { settings, zone } = terms;
  if (endMs > period.stepEndMs) startStep(period, zone, endMs);
  const used = BigInt(period.usedMicro) + micro;
  period.usedMicro = String(used);
  period.newestMs = endMs;

  const amount = Number(used) / MICRO;
  if (period.warnedAtMs !== null && amount < settings.warningRatio * settings.hysteresis * period.limit) {
    // Only a correction within the data (a register set back) makes use fall.
    ended.push(...episodeOfPeriod(period, terms, endMs).map((episode) => ({ ...episode, clearedAtMs: endMs })));
    period.warnedAtMs = null;
    period.breachedAtMs = null;
  }
  if (period.warnedAtMs === null && amount >= settings.warningRatio * period.limit) period.warnedAtMs = endMs;
  if (period.breachedAtMs === null && amount >= settings.breachRatio * period.limit) period.breachedAtMs = endMs;
}

/**
 * The period's episode as it stands at `atMs`, if it has one: a mere warning is over with its period. Standard coal
 * counts by the set in force on the period's last day.
 */
export function episodeOfPeriod(period: QuotaPeriod, { zone, coefficients }: PeriodTerms, atMs: number): Episode[] {
  const { warnedAtMs, breachedAtMs, limit, medium } = period;
  if (warnedAtMs === null) return [];
  const used = fromMicro(BigInt(period.usedMicro));
  const unit = CANONICAL_UNIT[medium];
  const { kgcePer } = coefficientsAt(zone.date(period.endMs - 1), coefficients);
  const waste = breachedAtMs === null ? 0 : Math.max(0, used - limit);
  return [
    {
      subject: period.subject,
      activeSinceMs: warnedAtMs,
      clearedAtMs: breachedAtMs === null && period.endMs <= atMs ? period.endMs : null,
      severity: breachedAtMs === null ? 'warning' : 'critical',
      limit,
      value: used,
      unit,
      waste: { amount: waste, unit, kgce: waste * kgcePer[medium] },
      article: breachedAtMs === null ? 'Art. 15' : 'Art. 15, 27',
      addressedTo: breachedAtMs === null ? 'institution' : 'bureau',
      evidence: {
        kind: 'cumulative-use',
        series: [...period.series, [period.newestMs ?? warnedAtMs, used]],
        facts: {
          medium,
          ratio: used / limit,
          warnedAt: zone.iso(warnedAtMs),
          ...(breachedAtMs === null ? {} : { breachedAt: zone.iso(breachedAtMs) }),
        },
      },
    },
  ];
}

function startStep(period: QuotaPeriod, zone: Zone, hourEndMs: number): void {
  if (period.newestMs !== null) period.series.push([period.newestMs, fromMicro(BigInt(period.usedMicro))]);
  const isYear = period.endMs - period.startMs > MONTH_AND_SOME_MS;
  period.stepEndMs = isYear ? zone.nextMonth(hourEndMs - 1) : zone.nextDay(hourEndMs - 1);
}
