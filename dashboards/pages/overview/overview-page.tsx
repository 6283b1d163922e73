import { Select } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { useToday } from '../../api-client/use-health.ts';
import { useOverview } from '../../api-client/use-overview.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { PageHead } from '../../layout/page-head.tsx';
import { KpiRow } from './kpi-row.tsx';
import { MonthlyCard } from './monthly-card.tsx';
import { NewestAlerts } from './newest-alerts.tsx';
import { QuotaList } from './quota-list.tsx';
import { RankingCard } from './ranking-card.tsx';
import { RegionCard, TypeCard } from './share-cards.tsx';
import './overview.css';

/** The city, or what the session may see of it, in one year so far. */
export function OverviewPage(): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const today = useToday();
  const [chosen, setChosen] = useState<number>();
  const thisYear = today === undefined ? undefined : Number(today.slice(0, 4));
  const year = chosen ?? thisYear;
  const overview = useOverview(year);
  const data = overview.data;

  return (
    <div data-testid="page-overview">
      <PageHead
        title={data === undefined ? t('overview.title') : `${data.scopeName} · ${t('overview.title')}`}
        subtitle={
          data === undefined
            ? undefined
            : t('overview.subtitle', {
                institutions: format.number(data.institutions),
                meters: format.number(data.meters),
                area: data.areaM2 === null ? t('common.none') : format.number(data.areaM2, 0),
                headcount: data.headcount === null ? t('common.none') : format.number(data.headcount, 0),
              })
        }
        extra={
          thisYear !== undefined && (
            <Select
              aria-label={t('common.year')}
              value={year}
              onChange={setChosen}
              options={[thisYear, thisYear - 1].map((value) => ({
                value,
                label: t('common.yearOnly', { year: value }),
              }))}
            />
          )
        }
      />
      <KpiRow query={overview} />
      <div className="grid">
        <MonthlyCard query={overview} />
        <NewestAlerts />
        <TypeCard query={overview} />
        <RegionCard query={overview} />
        <QuotaList query={overview} />
        <RankingCard query={overview} />
      </div>
    </div>
  );
}
