import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Kysely } from 'kysely';

import type { UsageMedium } from '../../domain/quantity.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { REPORT_FIGURES } from '../api/schemas/provenance.ts';
import type { ReportFigures } from '../api/schemas/report.ts';
import { sumOfKnown, timesFactor, toMicro } from './figures/micro-amount.ts';
import { storedFigures } from './report-store.ts';

/** Reports whose figures are parsed at once. */
const PORTION = 100;

/** A figure of a report, as it is asked for. */
export interface ReportFigure {
  year: number;
  medium: UsageMedium;
  figure: (typeof REPORT_FIGURES)[number];
  /** 1 to 12; of the figure `month`. */
  month: number | undefined;
  /** Of the figure `subItem`; '' for what is assigned to none. */
  subItem: string | undefined;
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

/**
 * The parts of a region's report, in its order, each with the same figure of its own report as stored; and what they
 * sum to, null where none has it.
 */
export async function membersOf(
  db: Kysely<Database>,
  { rows, year }: Pick<ReportFigures, 'rows' | 'year'>,
  asked: ReportFigure,
): Promise<{ members: Member[]; micro: bigint | null }> {
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
    await nextTurn();
    for (const { id, name, kind } of portion) {
      const figures = stored[kind].get(id);
      members.push({ id, name, kind, micro: figures === undefined ? null : microInReport(figures, asked) });
    }
  }
  return { members, micro: sumOfKnown(members.map(({ micro }) => micro)) };
}
