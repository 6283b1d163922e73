import { Table } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { ImportedSheet } from '../../../services/api/schemas/registry-exchange.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { rowProps } from '../../layout/row-props.ts';
import { ScrollRegion } from '../../layout/scroll-region.tsx';

interface ChangedCell {
  key: string;
  sheet: string;
  row: number;
  name: string;
  column: string;
  before: string | number | null;
  after: string | number | null;
}

/** What becomes of each sheet's rows, and each changed cell before and after. */
export function ImportSummary(props: {
  sheets: ImportedSheet[];
  isDone: boolean;
  isRefused: boolean;
}): JSX.Element | null {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const { sheets } = props;
  if (sheets.length === 0) return null;
  const number = (value: number): string => format.number(value, 0);
  const cells = sheets.flatMap(({ sheet, changes }) =>
    changes.flatMap(({ row, key, columns }) =>
      columns.map((cell): ChangedCell => ({
        ...cell,
        key: `${sheet} ${row} ${cell.column}`,
        sheet: labels.of('sheet', sheet),
        row,
        name: key,
      })),
    ),
  );
  const shownRows = sheets.reduce((sum, { changes }) => sum + changes.length, 0);
  const changedRows = sheets.reduce((sum, { changed }) => sum + changed, 0);
  return (
    <>
      <section aria-label={t('exchange.summary')} className="import-part">
        <h3>
          {t(props.isDone ? 'exchange.summaryDone' : props.isRefused ? 'exchange.summaryRefused' : 'exchange.summary')}
        </h3>
        <ScrollRegion label={t('exchange.summary')}>
          <Table<ImportedSheet>
            size="small"
            rowKey="sheet"
            dataSource={sheets}
            pagination={false}
            onRow={() => rowProps('sheet-row')}
            columns={[
              { title: t('exchange.sheet'), key: 'sheet', render: (_, { sheet }) => labels.of('sheet', sheet) },
              { title: t('exchange.rows'), key: 'rows', align: 'right', render: (_, { rows }) => number(rows) },
              { title: t('exchange.new'), key: 'new', align: 'right', render: (_, one) => number(one.new) },
              {
                title: t('exchange.changed'),
                key: 'changed',
                align: 'right',
                render: (_, { changed }) => number(changed),
              },
              {
                title: t('exchange.unchanged'),
                key: 'unchanged',
                align: 'right',
                render: (_, { unchanged }) => number(unchanged),
              },
            ]}
          />
        </ScrollRegion>
      </section>
      {cells.length > 0 && (
        <section aria-label={t('exchange.changes')} className="import-part">
          <h3>{t('exchange.changes')}</h3>
          {changedRows > shownRows && (
            <p className="faint">
              {t('exchange.changesShown', { shown: number(shownRows), count: number(changedRows) })}
            </p>
          )}
          <ScrollRegion label={t('exchange.changes')}>
            <Table<ChangedCell>
              size="small"
              rowKey="key"
              dataSource={cells}
              pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
              onRow={() => rowProps('change-row')}
              columns={[
                { title: t('exchange.sheet'), dataIndex: 'sheet' },
                { title: t('exchange.row'), dataIndex: 'row', align: 'right' },
                {
                  title: t('exchange.object'),
                  key: 'name',
                  render: (_, { name }) => <span className="code">{name}</span>,
                },
                { title: t('exchange.column'), dataIndex: 'column' },
                { title: t('exchange.before'), key: 'before', render: (_, { before }) => before ?? t('common.none') },
                {
                  title: t('exchange.after'),
                  key: 'after',
                  render: (_, { after }) => <b>{after ?? t('common.none')}</b>,
                },
              ]}
            />
          </ScrollRegion>
        </section>
      )}
    </>
  );
}
