import { Segmented } from 'antd';
import type { TFunction } from 'i18next';
import { useCallback, useState } from 'react';
import type { JSX, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { usePlatformNow, useToday } from '../../api-client/use-health.ts';
import { ChartCard } from '../../charts/chart-card.tsx';
import type { ChartSpec } from '../../charts/chart-spec.ts';
import { MEDIUM_COLOURS, PERIOD_COLOURS } from '../../charts/palette.ts';
import { stackedBars } from '../../charts/stacked-bars.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import type { Awaited } from '../../layout/await.tsx';
import { CostLead } from './cost-lead.tsx';
import { byMonth, measureOf, periodsIn } from './cost-of.ts';
import type { CostMeasure, YearCost } from './cost-of.ts';

const MEASURES = ['money', 'kgce', 'co2'] as const;
const TITLES = { money: 'cost.months', kgce: 'cost.kgceMonths', co2: 'cost.co2Months' } as const;
const WATER = new Set(['water']);

/** A year's cost, coal and carbon by month and medium, and its electricity by time of use. */
export function CostCards(props: {
  name: string;
  year: number;
  query: Awaited<YearCost>;
  extra: ReactNode;
}): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const [measure, setMeasure] = useState<CostMeasure>('money');
  const nowMs = usePlatformNow() ?? 0;
  const running = useRunningMonth(props.year);
  const unit = measure === 'money' ? t('cost.yuan') : measure === 'kgce' ? 'kgce' : 'kg CO₂';
  const months = useCallback(
    ({ items, totals }: YearCost): ChartSpec =>
      stackedBars(
        monthNames(t),
        totals
          // Water is no energy: it has a price, and no coal.
          .filter(({ medium }) => measure === 'money' || !WATER.has(medium))
          .map(({ medium }) => ({
            name: labels.of('mediumLong', medium),
            colour: MEDIUM_COLOURS[medium] ?? '',
            values: byMonth(
              items.filter((item) => item.medium === undefined || item.medium === medium),
              (item) => measureOf(item, measure),
            ),
          })),
        unit,
        { period: t('common.time1mo') },
        running,
        format,
      ),
    [t, format, labels, measure, unit, running],
  );
  return (
    <>
      <ChartCard
        name={`${props.name}-months`}
        title={t(TITLES[measure])}
        className="span-12"
        height={260}
        query={props.query}
        spec={months}
        renderLead={(cost) => <CostLead cost={cost} nowMs={nowMs} />}
        note={running === undefined ? undefined : t('cost.running', { month: running + 1 })}
        extra={
          <>
            {props.extra}
            <Segmented
              size="small"
              aria-label={t('cost.show')}
              value={measure}
              onChange={setMeasure}
              options={MEASURES.map((value) => ({ value, label: t(`cost.${value}`) }))}
            />
          </>
        }
      />
      {props.query.data?.items.some(({ byPeriod }) => byPeriod !== null) === true && <PeriodsCard {...props} />}
    </>
  );
}

function PeriodsCard(props: { name: string; year: number; query: Awaited<YearCost> }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const [measure, setMeasure] = useState<'value' | 'cost'>('value');
  const running = useRunningMonth(props.year);
  const spec = useCallback(
    ({ items }: YearCost): ChartSpec =>
      stackedBars(
        monthNames(t),
        periodsIn(items).map((period) => ({
          name: labels.of('tariffPeriod', period),
          colour: PERIOD_COLOURS[period] ?? '',
          values: byMonth(items, ({ byPeriod }) => {
            const part = byPeriod?.find((one) => one.period === period);
            return part === undefined ? null : measure === 'value' ? part.value : Number(part.cost);
          }),
        })),
        measure === 'value' ? 'kWh' : t('cost.yuan'),
        { period: t('common.time1mo') },
        running,
        format,
      ),
    [t, format, labels, measure, running],
  );
  return (
    <ChartCard
      name={`${props.name}-periods`}
      title={t('cost.periods')}
      className="span-12"
      height={240}
      query={props.query}
      spec={spec}
      extra={
        <Segmented
          size="small"
          aria-label={t('cost.show')}
          value={measure}
          onChange={setMeasure}
          options={[
            { value: 'value' as const, label: t('cost.amount') },
            { value: 'cost' as const, label: t('cost.money') },
          ]}
        />
      }
    />
  );
}

/** The month of a year that is not over, counted from 0; undefined in another year. */
function useRunningMonth(year: number): number | undefined {
  const today = useToday();
  return today?.startsWith(`${year}-`) === true ? Number(today.slice(5, 7)) - 1 : undefined;
}

function monthNames(t: TFunction): string[] {
  return Array.from({ length: 12 }, (_, index) => t('common.month', { month: index + 1 }));
}
