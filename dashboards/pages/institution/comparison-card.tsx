import { DownloadOutlined } from '@ant-design/icons';
import { Button, Segmented } from 'antd';
import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Comparison } from '../../../services/api/schemas/comparison.ts';
import { dayStart } from '../../api-client/local-date.ts';
import type { LocalDate } from '../../api-client/local-date.ts';
import { request } from '../../api-client/request.ts';
import { toCsv } from '../../charts/chart-spec.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import type { Awaited } from '../../layout/await.tsx';
import { downloadText } from '../../layout/download-text.ts';
import { Panel } from '../../layout/panel.tsx';
import { ComparisonDetails } from './comparison-details.tsx';
import { ComparisonTile } from './comparison-tile.tsx';
import { SPANS, startOf } from './span.ts';
import type { Span } from './span.ts';

const KINDS = ['last-period', 'last-year', 'working-days', 'degree-days'] as const;
const MEDIA = ['electricity', 'water', 'heat'] as const;

/** An institution's usage like for like: the period before, last year, the same working days, adjusted by weather. */
export function ComparisonCard(props: { id: string; today: LocalDate }): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const [medium, setMedium] = useState<(typeof MEDIA)[number]>('electricity');
  const [span, setSpan] = useState<Span>('month');
  const { id, today } = props;
  const range = { from: dayStart(startOf(span, today)), to: dayStart(today) };
  const all: Awaited<Comparison[]> = useQueries({
    queries: KINDS.map((kind) => ({
      queryKey: ['institution', id, 'comparison', medium, kind, range],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        request<Comparison>('GET', `/institutions/${encodeURIComponent(id)}/comparison`, {
          params: { ...range, medium, with: kind },
          signal,
        }),
    })),
    combine: (results) => ({
      data: results.every(({ data }) => data !== undefined)
        ? results.map(({ data }) => data).filter((data) => data !== undefined)
        : undefined,
      error: results.find(({ error }) => error !== null)?.error ?? null,
      refetch: () => results.forEach(({ refetch }) => void refetch()),
    }),
  });
  const csv = useCsv();
  return (
    <Panel
      title={t('compare.title')}
      className="span-12"
      extra={
        <>
          <Segmented
            size="small"
            aria-label={t('compare.period')}
            value={span}
            onChange={setSpan}
            options={SPANS.map((value) => ({ value, label: t(`compare.${value}`) }))}
          />
          <Segmented
            size="small"
            aria-label={t('common.medium')}
            value={medium}
            onChange={setMedium}
            options={MEDIA.map((value) => ({ value, label: labels.of('medium', value) }))}
          />
          {all.data !== undefined && (
            <Button
              type="text"
              size="small"
              icon={<DownloadOutlined />}
              aria-label={t('chart.downloadCsv', { title: t('compare.title') })}
              onClick={() => downloadText('like-for-like.csv', csv(all.data ?? []))}
            />
          )}
        </>
      }
    >
      <Await query={all} height={180}>
        {(comparisons) => (
          <>
            <div className="comparison-tiles" data-testid="comparison">
              {comparisons.map((comparison) => (
                <ComparisonTile key={comparison.with} comparison={comparison} />
              ))}
            </div>
            <ComparisonDetails comparisons={comparisons} />
          </>
        )}
      </Await>
    </Panel>
  );
}

function useCsv(): (comparisons: Comparison[]) => string {
  const { t } = useTranslation();
  const labels = useLabels();
  return (comparisons) =>
    toCsv(
      {
        columns: [
          t('compare.kind'),
          t('compare.current'),
          t('compare.baseline'),
          t('common.unit'),
          t('compare.days'),
          `${t('compare.current')} (${t('common.value')})`,
          `${t('compare.baseline')} (${t('common.value')})`,
          `${t('compare.change')} (%)`,
          `${t('compare.perHeadChange')} (%)`,
          `${t('compare.perM2Change')} (%)`,
        ],
        labels: 4,
        rows: comparisons.map(({ with: kind, current, baseline, compared, change, unit }) => [
          labels.of('comparison', kind),
          t('compare.range', { from: current.firstDate, to: current.lastDate }),
          t('compare.range', { from: baseline.firstDate, to: baseline.lastDate }),
          unit,
          compared.currentDays,
          compared.current.amount,
          compared.baseline.amount,
          change.percent,
          change.perHeadPercent,
          change.perM2Percent,
        ]),
      },
      t('common.missing'),
    );
}
