import type { TFunction } from 'i18next';

import type { ReportFigures } from '../../../services/api/schemas/report.ts';
import type { ChartTable } from '../../charts/chart-spec.ts';
import { unitSign } from '../../i18n/format-number.ts';
import type { Format } from '../../i18n/use-format.ts';
import type { Labels } from '../../i18n/use-labels.ts';
import type { FigureQuery } from '../provenance/use-provenance.ts';

/** A table of the report's page; `span` of the page's twelve columns. */
export interface TitledTable {
  title: string;
  table: ChartTable;
  /** Which figure of the report stands there, as `/provenance` is asked for it; undefined where none does. */
  figureAt?: (row: number, column: number) => FigureQuery | undefined;
  span: 4 | 6 | 8 | 12;
}

/** The figures of a report as tables: basics and indicators, consumption, months, sub-items, supervision, roll-ups. */
export function reportTables(figures: ReportFigures, t: TFunction, format: Format, labels: Labels): TitledTable[] {
  const tables = [
    basics(figures, t, format, labels),
    consumption(figures, t, format, labels),
    months(figures, t, labels),
    subItems(figures, t, format, labels),
    supervision(figures, t, labels),
    byType(figures, t, labels),
    rows(figures, t),
    coefficients(figures, t, labels),
  ];
  return tables.filter(({ table }) => table.rows.length > 0);
}

function basics({ totals, ...figures }: ReportFigures, t: TFunction, format: Format, labels: Labels): TitledTable {
  return {
    title: `${t('reports.basics')} · ${t('reports.indicators')}`,
    span: 4,
    table: {
      columns: [t('reports.indicators'), t('common.value')],
      labels: 1,
      rows: [
        ...(figures.owner.type === null ? [] : [[t('institution.type'), labels.of('type', figures.owner.type)]]),
        ...(figures.kind === 'institution' ? [] : [[t('reports.institutions'), format.number(figures.institutions)]]),
        [t('institution.area'), format.exact(figures.areaM2, 'm²', 0)],
        [t('institution.headcount'), format.exact(figures.headcount, t('common.people'), 0)],
        [t('reports.totalKgce'), format.exact(totals.kgce, 'kgce', 0)],
        [t('reports.totalCo2'), format.exact(totals.co2Kg, 'kg', 0)],
        [t('reports.perM2'), format.exact(totals.kgcePerM2, 'kgce/m²', 2)],
        [t('reports.perPerson'), format.exact(totals.kgcePerPerson, `kgce/${t('common.people')}`, 2)],
        [t('reports.waterPerPerson'), format.exact(totals.waterM3PerPerson, `m³/${t('common.people')}`, 2)],
      ],
    },
  };
}

/** The columns of the consumption that open. */
const CONSUMPTION: Record<number, string> = { 2: 'total', 3: 'lastYear', 6: 'quotaUsed', 7: 'kgce', 8: 'co2Kg' };

function consumption({ media }: ReportFigures, t: TFunction, format: Format, labels: Labels): TitledTable {
  return {
    title: t('reports.consumption'),
    span: 8,
    figureAt: (row, column) => {
      const medium = media[row];
      const figure = CONSUMPTION[column];
      if (medium === undefined || figure === undefined) return undefined;
      if (figure === 'total' && medium.total === null) return undefined;
      if (figure === 'lastYear' && medium.lastYear === null) return undefined;
      if (figure === 'quotaUsed' && medium.quotaRatio === null) return undefined;
      if ((figure === 'kgce' || figure === 'co2Kg') && medium[figure] === null) return undefined;
      return { medium: medium.medium, figure };
    },
    table: {
      columns: [
        t('common.medium'),
        t('common.unit'),
        t('reports.totalUse'),
        t('reports.lastYear'),
        t('reports.change'),
        t('reports.quota'),
        t('reports.quotaRatio'),
        t('reports.kgce'),
        t('reports.co2'),
        t('reports.measuredShare'),
      ],
      labels: 2,
      rows: media.map((medium) => [
        labels.of('mediumLong', medium.medium),
        unitSign(medium.unit),
        format.number(medium.total, 2),
        medium.lastYear === null ? t('common.none') : format.number(medium.lastYear, 2),
        // Like for like: only who has a value in both years enters the change.
        medium.lastYearComparable === null || medium.comparable === null || medium.lastYearComparable === 0
          ? t('common.none')
          : format.percent(medium.comparable / medium.lastYearComparable - 1),
        medium.quota === null ? t('common.none') : format.number(medium.quota, 2),
        medium.quotaRatio === null ? t('common.none') : format.percent(medium.quotaRatio),
        // Water is no energy: it has no part in 综合能耗.
        medium.medium === 'water' ? t('common.none') : format.number(medium.kgce, 0),
        medium.medium === 'water' ? t('common.none') : format.number(medium.co2Kg, 0),
        format.percent(medium.quality.measured),
      ]),
    },
  };
}

function months({ media }: ReportFigures, t: TFunction, labels: Labels): TitledTable {
  return {
    title: t('reports.months'),
    span: 12,
    figureAt: (row, column) => {
      const medium = media[row]?.medium;
      if (medium === undefined || column < 1 || column > 13) return undefined;
      return column === 13 ? { medium, figure: 'total' } : { medium, figure: 'month', month: column };
    },
    table: {
      columns: [
        t('common.medium'),
        ...Array.from({ length: 12 }, (_, index) => t('common.month', { month: index + 1 })),
        t('common.total'),
      ],
      labels: 1,
      rows: media.map((medium) => [
        `${labels.of('mediumLong', medium.medium)} (${unitSign(medium.unit)})`,
        ...medium.months,
        medium.total,
      ]),
    },
  };
}

function subItems({ media }: ReportFigures, t: TFunction, format: Format, labels: Labels): TitledTable {
  const rowsOf = media
    .filter((medium) => medium.subItems.length > 1)
    .flatMap(({ medium, subItems: items }) => items.map((item) => ({ medium, ...item })));
  return {
    title: t('reports.subItems'),
    span: 6,
    figureAt: (row, column) => {
      const found = rowsOf[row];
      if (found === undefined || column !== 2 || found.amount === null) return undefined;
      return { medium: found.medium, figure: 'subItem', subItem: found.subItem ?? '' };
    },
    table: {
      columns: [t('common.medium'), t('institution.subItem'), t('reports.totalUse'), t('common.share')],
      labels: 2,
      rows: media
        .filter((medium) => medium.subItems.length > 1)
        .flatMap((medium) =>
          medium.subItems.map(({ subItem, amount }) => [
            labels.of('mediumLong', medium.medium),
            labels.subItem(subItem),
            format.exact(amount, medium.unit),
            amount === null || medium.total === null || medium.total === 0
              ? t('common.none')
              : format.percent(amount / medium.total),
          ]),
        ),
    },
  };
}

function supervision({ alerts }: ReportFigures, t: TFunction, labels: Labels): TitledTable {
  return {
    title: t('reports.saving'),
    span: 6,
    table: {
      columns: [t('alerts.rule'), t('reports.raised'), t('reports.acknowledgedCount'), t('reports.cleared')],
      labels: 1,
      rows: alerts.map(({ rule, raised, acknowledged, cleared }) => [
        labels.of('rule', rule),
        raised,
        acknowledged,
        cleared,
      ]),
    },
  };
}

function byType(figures: ReportFigures, t: TFunction, labels: Labels): TitledTable {
  return {
    title: t('reports.byType'),
    span: 12,
    table: {
      columns: [
        t('institution.type'),
        t('reports.institutions'),
        t('reports.electricityKwh'),
        t('reports.waterM3'),
        t('reports.heatGj'),
        t('reports.kgce'),
      ],
      labels: 1,
      rows:
        figures.kind === 'institution'
          ? []
          : figures.byType.map((row) => [
              labels.of('type', row.type),
              row.institutions,
              row.electricityKwh,
              row.waterM3,
              row.heatGj,
              row.kgce,
            ]),
    },
  };
}

function rows(figures: ReportFigures, t: TFunction): TitledTable {
  return {
    title: t('reports.rows'),
    span: 12,
    table: {
      columns: [
        t('reports.owner'),
        t('reports.institutions'),
        t('institutions.area'),
        t('institutions.headcount'),
        t('reports.electricityKwh'),
        t('reports.waterM3'),
        t('reports.heatGj'),
        t('reports.kgce'),
        t('reports.co2'),
      ],
      labels: 1,
      rows: figures.rows.map((row) => [
        row.name,
        row.institutions,
        row.areaM2,
        row.headcount,
        ...[row.electricityKwh, row.waterM3, row.heatGj, row.kgce, row.co2Kg].map((amount) =>
          // Where there is no institution nothing is missing.
          row.institutions === 0 ? t('common.none') : amount,
        ),
      ]),
    },
  };
}

function coefficients({ coefficients: set, media }: ReportFigures, t: TFunction, labels: Labels): TitledTable {
  return {
    title: t('reports.coefficients'),
    span: 6,
    table: {
      columns: [t('common.medium'), t('common.unit'), t('reports.kgcePer'), t('reports.co2Per')],
      labels: 2,
      rows: media
        .filter(({ medium }) => medium !== 'water')
        .map(({ medium, unit }) => [
          labels.of('mediumLong', medium),
          unitSign(unit),
          String(set.kgcePer[medium] ?? 0),
          String(set.co2KgPer[medium] ?? 0),
        ]),
    },
  };
}
