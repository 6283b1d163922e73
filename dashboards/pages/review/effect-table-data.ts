import type { TFunction } from 'i18next';

import type { Effect } from '../../../services/api/schemas/decision.ts';
import { localDateOf } from '../../api-client/local-date.ts';
import type { ChartTable } from '../../charts/chart-spec.ts';
import type { Format } from '../../i18n/use-format.ts';
import type { Labels } from '../../i18n/use-labels.ts';
import { figureName, figureUnit } from './figure-name.ts';

interface NamedTable {
  name: string;
  title: string;
  table: ChartTable;
}

/** What a correction changes beyond the days of its meter: months, institutions, quotas, alerts, reports. */
export function effectTables(effect: Effect, t: TFunction, format: Format, labels: Labels): NamedTable[] {
  return [
    months(effect, t, format),
    quotas(effect, t, format, labels),
    alerts(effect, t, format, labels),
    reports(effect, t, format, labels),
  ].filter(({ table }) => table.rows.length > 0);
}

function months({ unit, ...effect }: Effect, t: TFunction, format: Format): NamedTable {
  const row = (
    owner: string,
    ownUnit: string,
    { start, before, after }: Effect['months'][number],
  ): (string | number | null)[] => [
    owner,
    localDateOf(start).slice(0, 7),
    format.exact(before, ownUnit, 2),
    format.exact(after, ownUnit, 2),
    signed((after ?? 0) - (before ?? 0), ownUnit, format),
  ];
  return {
    name: 'months',
    title: `${t('effect.months')} · ${t('effect.institutions')}`,
    table: {
      columns: [t('alerts.subject'), t('effect.month'), t('effect.before'), t('effect.after'), t('effect.difference')],
      labels: 2,
      rows: [
        ...effect.months.map((month) => row(t('effect.total'), unit, month)),
        ...effect.institutions.flatMap((one) => one.months.map((month) => row(one.institutionName, one.unit, month))),
      ],
    },
  };
}

function quotas(effect: Effect, t: TFunction, format: Format, labels: Labels): NamedTable {
  const tier = (ratio: number | null, name: Effect['quotas'][number]['tierBefore']): string =>
    name === null ? format.percent(null) : `${format.percent(ratio, 2)} ${t(`effect.tier.${name}`)}`;
  return {
    name: 'quotas',
    title: t('effect.quotas'),
    table: {
      columns: [
        t('common.institution'),
        t('common.medium'),
        t('effect.year'),
        t('effect.limit'),
        t('effect.before'),
        t('effect.after'),
      ],
      labels: 3,
      rows: effect.quotas.map((one) => [
        one.institutionName,
        labels.of('mediumLong', one.medium),
        String(one.year),
        format.exact(one.annualLimit, one.unit),
        tier(one.ratioBefore, one.tierBefore),
        tier(one.ratioAfter, one.tierAfter),
      ]),
    },
  };
}

function alerts(effect: Effect, t: TFunction, format: Format, labels: Labels): NamedTable {
  const said = (state: Effect['alerts'][number]['before']): string =>
    state === null
      ? t('common.none')
      : `${format.exact(state.value, state.unit)} / ${format.exact(state.limit, state.unit)}`;
  return {
    name: 'alerts',
    title: t('effect.alerts'),
    table: {
      columns: [
        t('common.institution'),
        t('alerts.rule'),
        t('alerts.since'),
        t('decision.state'),
        t('effect.before'),
        t('effect.after'),
      ],
      labels: 4,
      rows: effect.alerts.map((one) => [
        one.institutionName,
        labels.of('rule', one.rule),
        format.dateTime(one.activeSince),
        t(`effect.change.${one.change}`),
        said(one.before),
        said(one.after),
      ]),
    },
  };
}

function reports(effect: Effect, t: TFunction, format: Format, labels: Labels): NamedTable {
  return {
    name: 'reports',
    title: t('effect.reports'),
    table: {
      columns: [
        t('reports.owner'),
        t('effect.figure'),
        t('decision.state'),
        t('effect.before'),
        t('effect.after'),
        t('effect.difference'),
      ],
      labels: 3,
      rows: effect.reports.flatMap((report) =>
        report.figures.map(({ figure, unit, before, after }) => [
          `${report.ownerName} ${t('common.yearOnly', { year: report.year })}`,
          figureName(figure, t, labels),
          t(`effect.consequence.${report.consequence}`),
          format.exact(before, figureUnit(unit, t), 2),
          format.exact(after, figureUnit(unit, t), 2),
          signed((after ?? 0) - (before ?? 0), figureUnit(unit, t), format),
        ]),
      ),
    },
  };
}

function signed(difference: number, unit: string, format: Format): string {
  const size = format.exact(Math.abs(difference), unit, 2);
  return difference > 0 ? `+${size}` : difference < 0 ? `−${size}` : size;
}
