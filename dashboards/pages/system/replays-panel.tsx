import { Table } from 'antd';
import type { TableColumnsType } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Replay } from '../../../services/api/schemas/quarantine.ts';
import { useReplays } from '../../api-client/use-quarantine.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import { EmptyState } from '../../layout/empty-state.tsx';
import { Panel } from '../../layout/panel.tsx';
import { rowProps } from '../../layout/row-props.ts';
import { ScrollRegion } from '../../layout/scroll-region.tsx';

const TAGS: Record<Replay['state'], string> = {
  waiting: 'info',
  running: 'info',
  done: 'cleared',
  failed: 'critical',
};

/** The latest replays: who asked, for what, and how far they are. */
export function ReplaysPanel(): JSX.Element {
  const { t } = useTranslation();
  const replays = useReplays();
  const columns = useColumns();
  return (
    <Panel title={t('system.replays')} className="span-12" flush>
      <Await query={replays} height={120}>
        {(items) => (
          <ScrollRegion label={t('system.replays')}>
            <Table<Replay>
              size="small"
              rowKey="id"
              columns={columns}
              dataSource={items}
              pagination={false}
              locale={{ emptyText: <EmptyState text={t('system.replayNone')} /> }}
              onRow={() => rowProps('replay-row')}
            />
          </ScrollRegion>
        )}
      </Await>
    </Panel>
  );
}

function useColumns(): TableColumnsType<Replay> {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const rangeOf = useRange();
  return [
    {
      title: t('system.requestedAt'),
      key: 'requestedAt',
      render: (_, { requestedAt }) => <span className="nowrap">{format.dateTimeSeconds(requestedAt)}</span>,
    },
    {
      title: t('system.requestedBy'),
      key: 'requestedBy',
      render: (_, { automatic, requestedBy }) =>
        automatic ? t('system.automatic') : (requestedBy ?? t('common.none')),
    },
    { title: t('system.what'), key: 'what', render: (_, { filter }) => rangeOf(filter) },
    {
      title: t('system.state'),
      key: 'state',
      render: (_, { state, error }) => (
        <>
          <span className={`tag ${TAGS[state]}`}>{labels.of('replayState', state)}</span>
          {error !== null && <span className="part-detail">{error}</span>}
        </>
      ),
    },
    {
      title: t('system.messages'),
      key: 'messages',
      align: 'right',
      render: (_, { messages }) => format.number(messages, 0),
    },
    {
      title: t('system.finishedAt'),
      key: 'finishedAt',
      render: (_, { finishedAt }) => (
        <span className="nowrap">{finishedAt === null ? t('common.none') : format.dateTimeSeconds(finishedAt)}</span>
      ),
    },
  ];
}

function useRange(): (filter: Replay['filter']) => string {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  return ({ ids, reasons, collector, meter, meters, address, topic, from, to }) =>
    [
      ids === undefined ? undefined : t('system.ids', { count: ids.length }),
      ...(reasons ?? []).map((reason) => labels.of('quarantineReason', reason)),
      collector === undefined ? undefined : `${t('system.collector')} ${collector}`,
      meter === undefined ? undefined : `${t('system.meter')} ${meter}`,
      meters === undefined ? undefined : t('system.metersTogether', { count: meters }),
      address === undefined ? undefined : `${t('system.address')} ${address}`,
      topic === undefined ? undefined : `${t('system.topicPrefix')} ${topic}`,
      from === undefined ? undefined : t('system.from', { time: format.dateTime(from) }),
      to === undefined ? undefined : t('system.to', { time: format.dateTime(to) }),
    ]
      .filter((text) => text !== undefined)
      .join(' · ');
}
