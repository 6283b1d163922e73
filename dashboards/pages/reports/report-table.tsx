import { Grid, Table } from 'antd';
import type { TableColumnsType } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { ReportItem } from '../../../services/api/schemas/report.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { rowProps } from '../../layout/row-props.ts';
import { ReportDownloads } from './report-downloads.tsx';

/** Reports with state, due date and files. */
export function ReportTable(props: { items: ReportItem[] }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const wide = Grid.useBreakpoint().md === true;
  const columns: TableColumnsType<ReportItem> = [
    {
      title: t('reports.owner'),
      key: 'owner',
      render: (_, item) => (
        <>
          <Link
            to={`/reports/${item.year}/${encodeURIComponent(item.owner)}`}
            aria-label={t('reports.previewOf', { name: item.ownerName })}
            data-testid="report-preview"
          >
            {item.ownerName}
          </Link>
          {!wide && (
            <span className="report-compact">
              {t('reports.before', { date: item.dueBefore })}
              <ReportDownloads year={item.year} owner={item.owner} name={item.ownerName} />
            </span>
          )}
        </>
      ),
    },
    {
      title: t('reports.state'),
      key: 'state',
      width: 90,
      render: (_, item) => <span className="tag">{t(`reports.${item.state}`)}</span>,
    },
    {
      title: t('reports.dueBefore'),
      key: 'dueBefore',
      width: 150,
      responsive: ['md'],
      render: (_, item) => t('reports.before', { date: item.dueBefore }),
    },
    {
      title: t('reports.madeAt'),
      key: 'madeAt',
      width: 160,
      responsive: ['lg'],
      render: (_, item) => format.dateTime(item.madeAt),
    },
    {
      title: t('reports.files'),
      key: 'files',
      width: 280,
      responsive: ['md'],
      render: (_, item) => <ReportDownloads year={item.year} owner={item.owner} name={item.ownerName} />,
    },
  ];
  return (
    <Table<ReportItem>
      size="small"
      rowKey={(item) => `${item.kind}/${item.owner}`}
      columns={columns}
      dataSource={props.items}
      pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
      onRow={() => rowProps('report-row')}
    />
  );
}
