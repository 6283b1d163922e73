import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import { fromMicro } from '../../domain/micro.ts';
import { premisesKey } from '../../domain/premises.ts';
import type { UsageMedium } from '../../domain/quantity.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { InstitutionUsage, SeriesStore } from '../../storage/series/port.ts';
import type { REPORT_FIGURES } from '../api/schemas/provenance.ts';
import type { ReportFigures } from '../api/schemas/report.ts';
import { sumOfKnown, timesFactor, toMicro } from '../reports/figures/micro-amount.ts';
import { storedFigures } from '../reports/report-store.ts';
import type { AccountedQuality } from './account.ts';
import { daysAndHours } from './days-and-hours.ts';
import type { InstitutionFigure } from './provenance-reader.ts';

export type ReportFigureName = (typeof REPORT_FIGURES)[number];

/** A figure of a report, as it is asked for. */
export interface ReportFigure {
  year: number;
  medium: UsageMedium;
  figure: ReportFigureName;
  /** 1 to 12; of the figure `month`. */
  month: number | undefined;
  /** Of the figure `subItem`; '' for what is assigned to none. */
  subItem: string | undefined;
}

type Shares = ReportFigures['media'][number]['quality'];

/** Reports whose figures are parsed at once. */
const PORTION = 100;

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
  return { micro: sumOfKnown(known.map(({ micro }) => micro)), quality: sharesOf(ms) };
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

/** A figure as a report has it, in millionths; null where it has none. */
export function microInReport(figures: ReportFigures, asked: ReportFigure): bigint | null {
  const medium = figures.media.find((one) => one.medium === asked.medium);
  if (medium === undefined) return null;
  const value = valueInReport(medium, asked);
  return value === null ? null : toMicro(value);
}

function valueInReport(
  medium: ReportFigures['media'][number],
  { figure, month = 1, subItem = '' }: ReportFigure,
): number | null {
  if (figure === 'month') return medium.months[month - 1] ?? null;
  if (figure === 'subItem') return medium.subItems.find((one) => (one.subItem ?? '') === subItem)?.amount ?? null;
  return medium[figure];
}

/** What the usage behind kgce and co2Kg is multiplied by; null for figures of usage. */
export function factorInReport(
  { coefficients }: ReportFigures,
  { figure, medium }: ReportFigure,
): { factor: number; coefficients: string } | null {
  if (figure === 'kgce') return { factor: coefficients.kgcePer[medium] ?? 0, coefficients: coefficients.id };
  if (figure === 'co2Kg') return { factor: coefficients.co2KgPer[medium] ?? 0, coefficients: coefficients.id };
  return null;
}

/** Usage as a figure of a report would state it. */
export function statedMicro(usage: bigint | null, factor: number | undefined): bigint | null {
  return usage === null || factor === undefined ? usage : timesFactor(usage, factor);
}

/** A part of a roll-up with its figure. */
export interface Member {
  id: string;
  name: string;
  kind: 'institution' | 'district';
  micro: bigint | null;
}

/** The parts of a region's report, in its order, each with the same figure of its own report as stored. */
export async function membersOf(
  db: Kysely<Database>,
  { rows, year }: Pick<ReportFigures, 'rows' | 'year'>,
  asked: ReportFigure,
): Promise<Member[]> {
  const members: Member[] = [];
  for (let at = 0; at < rows.length; at += PORTION) {
    const portion = rows.slice(at, at + PORTION);
    const ofKind = async (kind: Member['kind']): Promise<Map<string, ReportFigures>> =>
      storedFigures(
        db,
        year,
        kind,
        portion.flatMap((row) => (row.kind === kind ? row.id : [])),
      );
    const stored = { institution: await ofKind('institution'), district: await ofKind('district') };
    for (const { id, name, kind } of portion) {
      const figures = stored[kind].get(id);
      members.push({ id, name, kind, micro: figures === undefined ? null : microInReport(figures, asked) });
    }
  }
  return members;
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
