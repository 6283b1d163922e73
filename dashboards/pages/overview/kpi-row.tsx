import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Overview } from '../../../services/api/schemas/overview.ts';
import type { Amount } from '../../i18n/format-number.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import type { Awaited } from '../../layout/await.tsx';
import { LikeForLike } from './like-for-like.tsx';

/** The year so far in figures: each medium, total energy, open alerts, reports. */
export function KpiRow(props: { query: Awaited<Overview> }): JSX.Element {
  const { t } = useTranslation();
  return (
    <section className="panel kpi-panel" aria-label={t('overview.title')}>
      <Await query={props.query} height={108}>
        {(data) => <Kpis data={data} />}
      </Await>
    </section>
  );
}

function Kpis({ data }: { data: Overview }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const amountOf = (value: number | null, unit: string): Amount =>
    value === null ? { text: t('common.none'), unit: '' } : format.amount(value, unit);
  const total = amountOf(data.kgce, 'kgce');
  const co2 = amountOf(data.co2Kg, 'kg');
  return (
    <div className="kpi-row">
      {data.media.map((medium) => {
        const amount = amountOf(medium.used, medium.unit);
        return (
          <div className={`kpi ${medium.medium}`} key={medium.medium} data-testid={`kpi-${medium.medium}`}>
            <span className="kpi-name">{labels.of('mediumLong', medium.medium)}</span>
            <span className="kpi-value">
              {amount.text} <small>{amount.unit}</small>
            </span>
            <LikeForLike {...medium} />
          </div>
        );
      })}
      <div className="kpi total" data-testid="kpi-kgce">
        <span className="kpi-name">{t('overview.totalEnergy')}</span>
        <span className="kpi-value">
          {total.text} <small>{total.unit}</small>
        </span>
        <LikeForLike {...data.energy} />
        <span className="kpi-note">{t('overview.co2', { amount: co2.text, unit: co2.unit })}</span>
      </div>
      <Link className="kpi" to="/alerts" data-testid="kpi-alerts">
        <span className="kpi-name">{t('overview.openAlerts')}</span>
        <span className="kpi-value">{format.number(data.alerts.open)}</span>
        <span className={data.alerts.critical > 0 ? 'kpi-note critical-text' : 'kpi-note'}>
          {t('overview.criticalCount', { count: data.alerts.critical })}
        </span>
      </Link>
      <Link className="kpi" to={`/reports?year=${data.reports.year}`} data-testid="kpi-reports">
        <span className="kpi-name">{t('overview.reports', { year: data.reports.year })}</span>
        <span className="kpi-value">
          {format.number(data.reports.made)} <small>/ {format.number(data.reports.expected)}</small>
        </span>
        <span className="kpi-note">{t('overview.reportsMade')}</span>
        <span className="kpi-note">{t('overview.due', { date: data.reports.dueBefore })}</span>
      </Link>
    </div>
  );
}
