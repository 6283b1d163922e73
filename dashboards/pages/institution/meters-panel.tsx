import { Table } from 'antd';
import type { TableColumnsType } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Meter } from '../../../services/api/schemas/meter.ts';
import { useMeters } from '../../api-client/use-meters.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import { EmptyState } from '../../layout/empty-state.tsx';
import { rowProps } from '../../layout/row-props.ts';
import { Panel } from '../../layout/panel.tsx';
import { ScrollRegion } from '../../layout/scroll-region.tsx';

/** The meters of an institution with their latest readings. */
export function MetersPanel(props: { id: string }): JSX.Element {
  const { t } = useTranslation();
  const meters = useMeters(props.id);
  const columns = useColumns();
  return (
    <Panel title={t('institution.meters')} className="span-12" flush>
      <Await query={meters} height={240}>
        {(all) => (
          <ScrollRegion label={t('institution.meters')}>
            <Table<Meter>
              size="small"
              rowKey="id"
              columns={columns}
              dataSource={all.filter(({ medium }) => medium !== 'temperature')}
              pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
              locale={{ emptyText: <EmptyState text={t('institution.noMeters')} /> }}
              onRow={() => rowProps('meter-row')}
            />
          </ScrollRegion>
        )}
      </Await>
    </Panel>
  );
}

function useColumns(): TableColumnsType<Meter> {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  return [
    {
      title: t('institution.meter'),
      key: 'name',
      render: (_, meter) => (
        <Link to={`/meters/${encodeURIComponent(meter.id)}`} data-testid="meter-link">
          {meter.name === '' ? meter.id : meter.name}
        </Link>
      ),
    },
    { title: t('meter.id'), dataIndex: 'id', responsive: ['lg'] },
    { title: t('meter.medium'), key: 'medium', render: (_, meter) => labels.of('mediumLong', meter.medium) },
    {
      title: t('institution.subItem'),
      key: 'subItem',
      responsive: ['md'],
      render: (_, meter) => (meter.subItem === null ? t('common.none') : labels.subItem(meter.subItem)),
    },
    {
      title: t('meter.multiplier'),
      key: 'multiplier',
      align: 'right',
      responsive: ['lg'],
      render: (_, meter) => format.number(meter.multiplier),
    },
    {
      title: t('institution.latest'),
      key: 'latest',
      align: 'right',
      render: (_, meter) => (
        <span className={meter.latest === null ? 'nowrap missing' : 'nowrap'}>
          {format.exact(meter.latest?.value, meter.unit, 2)}
        </span>
      ),
    },
    {
      title: t('institution.latestAt'),
      key: 'latestAt',
      responsive: ['md'],
      render: (_, meter) =>
        meter.latest === null ? (
          <span className="missing">{t('common.missing')}</span>
        ) : (
          <span className="nowrap">{format.dateTimeSeconds(meter.latest.ts)}</span>
        ),
    },
  ];
}
