import { DownloadOutlined, LineChartOutlined, TableOutlined } from '@ant-design/icons';
import { Button, Tooltip } from 'antd';
import { useMemo, useState } from 'react';
import type { JSX, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { downloadText } from '../layout/download-text.ts';
import { Panel } from '../layout/panel.tsx';
import { Await } from '../layout/await.tsx';
import type { Awaited } from '../layout/await.tsx';
import { EmptyState } from '../layout/empty-state.tsx';
import { countPoints, toCsv } from './chart-spec.ts';
import type { ChartSpec } from './chart-spec.ts';
import { ChartView } from './chart-view.tsx';
import { DataTable } from './data-table.tsx';

interface ChartCardProps<T> {
  /** Stable name: test id `chart-<name>` and the name of the CSV file. */
  name: string;
  title: string;
  query: Awaited<T>;
  /** Makes the chart from what the query brought; keep it the same (useCallback) while nothing changes. */
  spec: (data: T) => ChartSpec;
  height?: number;
  /** Switches beside the title. */
  extra?: ReactNode;
  /** Shown above the chart: the figures it comes down to. */
  renderLead?: (data: T) => ReactNode;
  /** Shown below the chart: how to read it. */
  note?: string | undefined;
  className?: string;
  /** Opens what is behind a row of the figures: clicked in the chart, a button in the table. */
  onPick?: ((index: number) => void) | undefined;
  pickLabel?: ((row: string) => string) | undefined;
}

/** A chart in a panel, with its table, its download, and its empty, loading and error states. */
export function ChartCard<T>(props: ChartCardProps<T>): JSX.Element {
  const { t } = useTranslation();
  const { name, title, query, height = 280 } = props;
  const [asTable, setAsTable] = useState(false);
  const { spec: makeSpec } = props;
  const spec = useMemo(() => (query.data === undefined ? undefined : makeSpec(query.data)), [query.data, makeSpec]);
  const hasPoints = spec !== undefined && countPoints(spec.table) > 0;

  const tools = (
    <>
      {props.extra}
      {hasPoints && (
        <span className="chart-tools">
          <Tooltip title={asTable ? t('chart.chart') : t('chart.table')}>
            <Button
              type="text"
              size="small"
              icon={asTable ? <LineChartOutlined /> : <TableOutlined />}
              aria-label={asTable ? t('chart.showChart', { title }) : t('chart.showTable', { title })}
              onClick={() => setAsTable(!asTable)}
            />
          </Tooltip>
          <Tooltip title={t('chart.csv')}>
            <Button
              type="text"
              size="small"
              icon={<DownloadOutlined />}
              aria-label={t('chart.downloadCsv', { title })}
              onClick={() => downloadText(`${name}.csv`, toCsv(spec.table, t('common.missing')))}
            />
          </Tooltip>
        </span>
      )}
    </>
  );

  return (
    <Panel title={title} extra={tools} className={props.className}>
      <Await query={query} height={height}>
        {(data) =>
          spec === undefined || !hasPoints ? (
            <EmptyState text={t('chart.noPoints')} height={height} />
          ) : (
            <>
              {props.renderLead?.(data)}
              {asTable ? (
                <DataTable
                  title={title}
                  table={spec.table}
                  maxHeight={height}
                  onPick={props.onPick}
                  pickLabel={props.pickLabel}
                />
              ) : (
                <ChartView name={name} title={title} spec={spec} height={height} onPick={props.onPick} />
              )}
              {props.note !== undefined && <p className="chart-note">{props.note}</p>}
            </>
          )
        }
      </Await>
    </Panel>
  );
}
