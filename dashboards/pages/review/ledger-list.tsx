import { DownloadOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import type { JSX, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { DayChangeItem } from '../../../services/api/schemas/day-change.ts';
import type { QueryParams } from '../../api-client/request.ts';
import { usePaged } from '../../api-client/use-paged.ts';
import { toCsv } from '../../charts/chart-spec.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { downloadText } from '../../layout/download-text.ts';
import { ListPanel } from '../../layout/list-panel.tsx';
import { AmountChange } from './amount-change.tsx';

/** The late-data ledger as a list, with its download. */
export function LedgerList(props: { params: QueryParams; withMeter: boolean; filters?: ReactNode }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const list = usePaged<DayChangeItem>('/day-changes', props.params);
  const nameOf = ({ meter, name }: DayChangeItem): string => (name === '' ? meter : name);
  const state = ({ value, quality }: DayChangeItem['before'], unit: string): JSX.Element => (
    <>
      <span className={value === null ? 'nowrap missing' : 'nowrap'}>{format.exact(value, unit, 2)}</span>
      <span className="under">{labels.of('quality', quality)}</span>
    </>
  );
  const csv = (items: DayChangeItem[]): string =>
    toCsv(
      {
        columns: [
          t('ledger.day'),
          t('ledger.meter'),
          t('common.unit'),
          t('ledger.why'),
          t('ledger.changedAt'),
          t('ledger.before'),
          t('ledger.after'),
          t('ledger.difference'),
        ],
        labels: 5,
        rows: items.map((item) => [
          item.day,
          nameOf(item),
          item.unit,
          labels.of('changeReason', item.why.reason),
          format.dateTimeSeconds(item.changedAt),
          item.before.value,
          item.after.value,
          item.difference,
        ]),
      },
      t('common.missing'),
    );
  return (
    <ListPanel<DayChangeItem>
      label={t('ledger.title')}
      list={list}
      rowKey={({ meter, day, changedAt }) => `${meter} ${day} ${changedAt}`}
      testId="ledger-row"
      empty={t('ledger.none')}
      emptyHint={t('ledger.noneHint')}
      height={160}
      filters={
        props.filters === undefined ? undefined : (
          <>
            {props.filters}
            {list.data !== undefined && list.data.length > 0 && (
              <Button
                icon={<DownloadOutlined />}
                onClick={() => downloadText('late-data-ledger.csv', csv(list.data ?? []))}
              >
                {t('ledger.csv')}
              </Button>
            )}
          </>
        )
      }
      columns={[
        { title: t('ledger.day'), key: 'day', render: (_, { day }) => <span className="nowrap">{day}</span> },
        ...(props.withMeter
          ? [
              {
                title: t('ledger.meter'),
                key: 'meter',
                render: (_: unknown, item: DayChangeItem) => (
                  <Link to={`/meters/${encodeURIComponent(item.meter)}`}>{nameOf(item)}</Link>
                ),
              },
            ]
          : []),
        {
          title: t('ledger.before'),
          key: 'before',
          align: 'right',
          render: (_, { before, unit }) => state(before, unit),
        },
        { title: t('ledger.after'), key: 'after', align: 'right', render: (_, { after, unit }) => state(after, unit) },
        {
          title: t('ledger.difference'),
          key: 'difference',
          align: 'right',
          render: (_, { before, after, unit }) => (
            <AmountChange before={before.value} after={after.value} unit={unit} />
          ),
        },
        {
          title: t('ledger.changedAt'),
          key: 'changedAt',
          render: (_, { changedAt }) => <span className="nowrap">{format.dateTime(changedAt)}</span>,
        },
        {
          title: t('ledger.why'),
          key: 'why',
          render: (_, { why }) => {
            if (why.reason === 'decision' && why.id !== null) {
              return (
                <Link to={`/review/decisions/${encodeURIComponent(why.id)}`}>
                  {labels.of('changeReason', why.reason)}
                </Link>
              );
            }
            return why.reason === 'late-readings' && why.readings !== null
              ? t('ledger.lateReadings', { count: why.readings })
              : labels.of('changeReason', why.reason);
          },
        },
      ]}
    />
  );
}
