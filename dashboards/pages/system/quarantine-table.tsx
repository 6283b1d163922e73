import { Checkbox, Table } from 'antd';
import type { TableColumnsType } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { QuarantineItem } from '../../../services/api/schemas/quarantine.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { EmptyState } from '../../layout/empty-state.tsx';
import { rowProps } from '../../layout/row-props.ts';
import { ScrollRegion } from '../../layout/scroll-region.tsx';

/** Items in quarantine; a click opens one, its box chooses it. */
export function QuarantineTable(props: {
  items: QuarantineItem[];
  chosen: number[];
  onChoose: (ids: number[]) => void;
  onOpen: (item: QuarantineItem) => void;
}): JSX.Element {
  const { t } = useTranslation();
  const columns = useColumns(props);
  return (
    <ScrollRegion label={t('system.quarantine')}>
      <Table<QuarantineItem>
        className="quarantine-table"
        size="small"
        rowKey="id"
        columns={columns}
        dataSource={props.items}
        pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
        locale={{ emptyText: <EmptyState text={t('system.empty')} hint={t('system.emptyHint')} /> }}
        onRow={(item) => rowProps('quarantine-row', () => props.onOpen(item))}
      />
    </ScrollRegion>
  );
}

function useColumns(props: Parameters<typeof QuarantineTable>[0]): TableColumnsType<QuarantineItem> {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const { chosen, onChoose, onOpen } = props;
  return [
    {
      key: 'chosen',
      width: 40,
      // A click beside the box is not one on the row.
      onCell: () => ({ onClick: (event) => event.stopPropagation() }),
      render: (_, { id }) => (
        <Checkbox
          aria-label={t('system.selected')}
          checked={chosen.includes(id)}
          onChange={({ target }) => onChoose(target.checked ? [...chosen, id] : chosen.filter((one) => one !== id))}
        />
      ),
    },
    {
      title: t('system.receivedAt'),
      key: 'receivedAt',
      render: (_, item) => <span className="nowrap">{format.dateTimeSeconds(item.receivedAt)}</span>,
    },
    {
      title: t('system.reason'),
      key: 'reason',
      render: (_, item) => (
        <button
          type="button"
          className="link-button nowrap"
          onClick={(event) => {
            event.stopPropagation();
            onOpen(item);
          }}
        >
          {labels.of('quarantineReason', item.reason)}
        </button>
      ),
    },
    { title: t('system.collector'), key: 'collector', render: (_, item) => item.collector ?? t('common.none') },
    {
      title: t('system.meterOrAddress'),
      key: 'meter',
      render: (_, { meter, address }) => (
        <>
          {meter ?? (address === null ? t('common.none') : null)}
          {address !== null && <span className={meter === null ? 'code' : 'code under'}>{address}</span>}
        </>
      ),
    },
    {
      title: t('system.topic'),
      key: 'topic',
      render: (_, item) => <span className="quarantine-topic">{item.topic}</span>,
    },
    {
      title: t('system.detail'),
      key: 'detail',
      render: (_, item) => <span className="quarantine-detail">{item.detail}</span>,
    },
  ];
}
