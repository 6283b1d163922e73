import { Progress } from 'antd';
import { useCallback } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { QuotaProgress } from '../../../services/api/schemas/institution.ts';
import { yearElapsed } from '../../api-client/local-date.ts';
import type { LocalDate } from '../../api-client/local-date.ts';
import { useQuotaProgress } from '../../api-client/use-institutions.ts';
import { ChartCard } from '../../charts/chart-card.tsx';
import type { ChartSpec } from '../../charts/chart-spec.ts';
import { quotaColour } from '../../charts/palette.ts';
import { quotaMonths } from '../../charts/quota-months.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import { EmptyState } from '../../layout/empty-state.tsx';
import { Panel } from '../../layout/panel.tsx';

/** Each medium's quota of the year: how much is used, and month by month against its limit. */
export function QuotaCards(props: { id: string; year: number; today: LocalDate }): JSX.Element {
  const { t } = useTranslation();
  const quotas = useQuotaProgress(props.id, props.year);
  if (quotas.data === undefined || quotas.data.length === 0)
    return (
      <Panel title={t('institution.quota', { year: props.year })} className="span-12">
        <Await query={quotas} height={220}>
          {() => <EmptyState text={t('institution.noQuota')} />}
        </Await>
      </Panel>
    );
  return (
    <>
      {quotas.data.map((quota) => (
        <QuotaCard key={quota.medium} quota={quota} count={quotas.data.length} today={props.today} />
      ))}
    </>
  );
}

function QuotaCard(props: { quota: QuotaProgress; count: number; today: LocalDate }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const { quota, today } = props;
  const running = today.startsWith(`${quota.year}-`) ? Number(today.slice(5, 7)) - 1 : undefined;
  const spec = useCallback(
    (data: QuotaProgress): ChartSpec =>
      quotaMonths(
        data,
        {
          month: t('common.time1mo'),
          monthOf: (month) => t('common.month', { month }),
          limit: t('institution.monthLimit'),
          used: t('institution.monthUsed'),
          beyond: t('institution.monthBeyond'),
        },
        running,
        format,
      ),
    [t, format, running],
  );
  return (
    <ChartCard
      name={`quota-${quota.medium}`}
      title={`${t('common.yearOnly', { year: quota.year })} ${t('institution.quotaOf', { medium: labels.of('mediumLong', quota.medium) })}`}
      className={props.count === 1 ? 'span-12' : props.count === 2 ? 'span-6' : 'span-4'}
      height={190}
      query={{ data: quota, error: null, refetch: () => undefined }}
      spec={spec}
      renderLead={(data) => <QuotaGauge quota={data} />}
      note={
        running === undefined
          ? undefined
          : t('institution.yearElapsed', { share: format.percent(yearElapsed(today)), month: running + 1 })
      }
    />
  );
}

function QuotaGauge({ quota }: { quota: QuotaProgress }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const rest = quota.used === null ? null : quota.annualLimit - quota.used;
  const figures: [string, number | null][] = [
    [t('institution.used'), quota.used],
    [t('institution.limit'), quota.annualLimit],
    [rest === null || rest >= 0 ? t('institution.remaining') : t('institution.exceeded'), rest && Math.abs(rest)],
  ];
  return (
    <div className="quota-gauge" data-testid={`quota-gauge-${quota.medium}`}>
      <Progress
        type="dashboard"
        status="normal"
        size={92}
        percent={Math.min(100, (quota.ratio ?? 0) * 100)}
        strokeColor={quotaColour(quota.ratio ?? 0)}
        railColor="#e4e9ed"
        strokeLinecap="butt"
        format={() => (quota.ratio === null ? t('common.none') : format.percent(quota.ratio))}
        aria-label={`${t('overview.ratio')} ${format.percent(quota.ratio)}`}
      />
      <dl>
        {figures.map(([name, value]) => {
          const amount = value === null ? { text: t('common.none'), unit: '' } : format.amount(value, quota.unit);
          return (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <b>{amount.text}</b> {amount.unit}
              </dd>
            </div>
          );
        })}
        {quota.monthsMissing > 0 && (
          <div>
            <dt>{t('institution.monthsMissing')}</dt>
            <dd>
              <b>{quota.monthsMissing}</b>
            </dd>
          </div>
        )}
      </dl>
    </div>
  );
}
