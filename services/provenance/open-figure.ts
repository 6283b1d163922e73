import { PlatformError } from '../../domain/errors.ts';
import { fromMicro } from '../../domain/micro.ts';
import { premisesKey } from '../../domain/premises.ts';
import type { Zone } from '../../domain/zone.ts';
import type { InstitutionUsage, SeriesStore } from '../../storage/series/port.ts';
import type { ReportFigures } from '../api/schemas/report.ts';
import type { ReportFigure } from '../reports/report-figure.ts';
import type { AccountedQuality } from './account.ts';
import { daysAndHours } from './days-and-hours.ts';
import type { InstitutionFigure } from './provenance-reader.ts';

type Shares = ReportFigures['media'][number]['quality'];

/** An amount as the stored sums give it now; null where missing. */
export interface StoredAmount {
  micro: bigint | null;
  quality: Shares;
}

/** The sum of an institution's stored usage over the range of a figure. */
export async function storedAmount(
  series: Pick<SeriesStore, 'institutionUsage'>,
  zone: Zone,
  { premises, medium, subItem, fromMs, toMs }: InstitutionFigure,
): Promise<StoredAmount> {
  const isOfMonths = zone.monthStart(fromMs) === fromMs && zone.monthStart(toMs) === toMs;
  const stretches = isOfMonths ? [{ level: 'month' as const, fromMs, toMs }] : daysAndHours(zone, fromMs, toMs);
  const rows: InstitutionUsage[] = [];
  for (const stretch of stretches)
    for (const row of await series.institutionUsage(stretch.level, [premises], stretch.fromMs, stretch.toMs, medium))
      if (subItem === undefined || row.subItem === subItem) rows.push(row);
  const ms = { measuredMs: 0, estimatedMs: 0, manualMs: 0, missingMs: 0 };
  for (const row of rows)
    for (const name of ['measuredMs', 'estimatedMs', 'manualMs', 'missingMs'] as const) ms[name] += row[name];
  const known = rows.filter(({ measuredMs, estimatedMs, manualMs }) => measuredMs + estimatedMs + manualMs > 0);
  const micro = known.length === 0 ? null : known.reduce((sum, row) => sum + row.micro, 0n);
  return { micro, quality: sharesOf(ms) };
}

/** Milliseconds as shares that sum to 1. */
export function sharesOf({ measuredMs, estimatedMs, manualMs, missingMs }: AccountedQuality): Shares {
  const all = measuredMs + estimatedMs + manualMs + missingMs;
  if (all === 0) return { measured: 0, estimated: 0, manual: 0, missing: 1 };
  return {
    measured: measuredMs / all,
    estimated: estimatedMs / all,
    manual: manualMs / all,
    missing: missingMs / all,
  };
}

/** Whose usage, over which range, an institution's report has under a figure. */
export function usageOfReport(
  institution: string,
  { year, medium, figure, month, subItem }: ReportFigure,
  zone: Zone,
): InstitutionFigure {
  const ofYear = figure === 'lastYear' ? year - 1 : year;
  const [fromMs, toMs] =
    figure === 'month' && month !== undefined
      ? [zone.at(year, month, 1), zone.at(year, month + 1, 1)]
      : [zone.at(ofYear, 1, 1), zone.at(ofYear + 1, 1, 1)];
  const premises = premisesKey(institution, false);
  return { premises, medium, subItem: figure === 'subItem' ? subItem : undefined, fromMs, toMs };
}

/** A number of units as a client reads it. */
export function unitsOf(micro: bigint | null): number | null {
  return micro === null ? null : fromMicro(micro);
}

/** A range for usage: whole hours of the zone. Throws `bad-request`. */
export function requireHours(zone: Zone, fromMs: number, toMs: number, mostMs: number): void {
  if (!(fromMs < toMs)) throw new PlatformError('bad-request', 'to: must be after from; the range is [from, to)');
  for (const [field, ms] of [
    ['from', fromMs],
    ['to', toMs],
  ] as const) {
    if ((ms + zone.offsetAt(ms)) % 3_600_000 !== 0)
      throw new PlatformError('bad-request', `${field}: ${zone.iso(ms)} is not on an hour boundary`);
  }
  if (toMs - fromMs > mostMs)
    throw new PlatformError('bad-request', `to: at most ${Math.floor(mostMs / 86_400_000)} days at once`);
}
