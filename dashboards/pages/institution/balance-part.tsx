import { DownloadOutlined } from '@ant-design/icons';
import { Button, Segmented } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { MeterTreeNode } from '../../../services/api/schemas/balance.ts';
import { dayStart } from '../../api-client/local-date.ts';
import type { LocalDate } from '../../api-client/local-date.ts';
import { useOne } from '../../api-client/use-one.ts';
import { toCsv } from '../../charts/chart-spec.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import { downloadText } from '../../layout/download-text.ts';
import { EmptyState } from '../../layout/empty-state.tsx';
import { Panel } from '../../layout/panel.tsx';
import { QualityShares } from '../../layout/quality-shares.tsx';
import { ScrollRegion } from '../../layout/scroll-region.tsx';
import { SPANS, startOf } from './span.ts';
import type { Span } from './span.ts';

/** The meters of an institution as a tree: what each counted, what those below it did, and what none of them. */
export function BalancePart(props: { id: string; today: LocalDate }): JSX.Element {
  const { t } = useTranslation();
  const [span, setSpan] = useState<Span>('days30');
  const tree = useOne<{ items: MeterTreeNode[] }>(`/institutions/${encodeURIComponent(props.id)}/meter-tree`, {
    from: dayStart(startOf(span, props.today)),
    to: dayStart(props.today),
  });
  const csv = useCsv();
  return (
    <Panel
      title={t('balance.title')}
      className="span-12"
      flush
      extra={
        <>
          <Segmented
            size="small"
            aria-label={t('compare.period')}
            value={span}
            onChange={setSpan}
            options={SPANS.map((value) => ({ value, label: t(`compare.${value}`) }))}
          />
          {tree.data !== undefined && tree.data.items.length > 0 && (
            <Button
              type="text"
              size="small"
              icon={<DownloadOutlined />}
              aria-label={t('chart.downloadCsv', { title: t('balance.title') })}
              onClick={() => downloadText('meter-tree.csv', csv(tree.data?.items ?? []))}
            />
          )}
        </>
      }
    >
      <p className="panel-note">{t('balance.hint')}</p>
      <Await query={tree} height={280}>
        {({ items }) => (items.length === 0 ? <EmptyState text={t('balance.none')} /> : <Tree nodes={items} />)}
      </Await>
    </Panel>
  );
}

function useCsv(): (nodes: MeterTreeNode[]) => string {
  const { t } = useTranslation();
  const labels = useLabels();
  return (nodes) =>
    toCsv(
      {
        columns: [
          t('meter.id'),
          t('balance.meter'),
          t('common.medium'),
          t('common.unit'),
          t('meter.parent'),
          t('balance.value'),
          t('balance.subMeters'),
          t('balance.unmetered'),
          `${t('balance.share')} (%)`,
          `${t('balance.coverage')} (%)`,
        ],
        labels: 5,
        rows: nodes.map(({ id, name, medium, unit, parentId, value, balance }) => [
          id,
          name,
          labels.of('mediumLong', medium),
          unit,
          parentId ?? '',
          value,
          balance === null ? '' : balance.subMeters,
          balance === null ? '' : balance.unmetered,
          balance === null ? '' : percent(balance.unmeteredShare),
          balance === null ? '' : percent(balance.coverage),
        ]),
      },
      t('common.missing'),
    );
}

function percent(ratio: number | null): number | null {
  return ratio === null ? null : Math.round(ratio * 10_000) / 100;
}

function Tree({ nodes }: { nodes: MeterTreeNode[] }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  return (
    <ScrollRegion label={t('balance.title')}>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{t('balance.meter')}</th>
            <th scope="col" className="number">
              {t('balance.value')}
            </th>
            <th scope="col" className="number">
              {t('balance.subMeters')}
            </th>
            <th scope="col" className="number">
              {t('balance.unmetered')}
            </th>
            <th scope="col" className="number">
              {t('balance.share')}
            </th>
            <th scope="col">{t('balance.quality')}</th>
          </tr>
        </thead>
        <tbody>
          {nodes.map(({ id, name, medium, unit, depth, subItem, value, quality, balance, others }) => (
            <tr key={id} data-testid="tree-row">
              <th scope="row" style={{ paddingLeft: 10 + depth * 22 }}>
                {depth > 0 && (
                  <span className="faint" aria-hidden="true">
                    └{' '}
                  </span>
                )}
                <Link to={`/meters/${encodeURIComponent(id)}`}>{name === '' ? id : name}</Link>
                <span className="under">
                  {labels.of('mediumLong', medium)}
                  {subItem !== null && ` · ${labels.subItem(subItem)}`}
                  {others !== null && ` · ${t('balance.others', { count: others.meters })}`}
                </span>
              </th>
              <td className={value === null ? 'number missing' : 'number'}>{format.exact(value, unit)}</td>
              <td className="number">{balance === null ? '' : format.exact(balance.subMeters, unit)}</td>
              <td className={balance?.unmetered != null && balance.unmetered < 0 ? 'number unmetered-over' : 'number'}>
                {balance === null ? '' : format.exact(balance.unmetered, unit)}
              </td>
              <td className="number">
                {balance !== null && (
                  <>
                    {format.percent(balance.unmeteredShare)}
                    {balance.coverage < 1 && (
                      <span className="under">
                        {t('balance.coverageOf', { share: format.percent(balance.coverage) })}
                      </span>
                    )}
                  </>
                )}
              </td>
              <td>
                <QualityShares quality={quality} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
