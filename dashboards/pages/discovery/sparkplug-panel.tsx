import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { SparkplugNodeItem } from '../../../services/api/schemas/discovery.ts';
import { usePaged } from '../../api-client/use-paged.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { ListPanel } from '../../layout/list-panel.tsx';
import { Panel } from '../../layout/panel.tsx';

const POLL_MS = 10_000;

/** Sparkplug edge nodes: whether they are online, and how often messages of theirs were missing. */
export function SparkplugPanel(): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const list = usePaged<SparkplugNodeItem>('/discovery/sparkplug', {}, POLL_MS);
  return (
    <Panel title={t('discovery.sparkplug')} className="span-12" flush>
      <ListPanel<SparkplugNodeItem>
        label={t('discovery.sparkplug')}
        list={list}
        rowKey={({ collector, node }) => `${collector} ${node}`}
        testId="sparkplug-row"
        height={120}
        empty={t('discovery.noNodes')}
        columns={[
          { title: t('discovery.node'), key: 'node', render: (_, { node }) => <span className="code">{node}</span> },
          {
            title: t('system.collector'),
            key: 'collector',
            render: (_, one) => <span className="code">{one.collector}</span>,
          },
          {
            title: t('system.state'),
            key: 'online',
            render: (_, { online }) => (
              <span className={online ? 'tag cleared' : 'tag warning'}>
                {t(online ? 'discovery.online' : 'discovery.offline')}
              </span>
            ),
          },
          {
            title: t('discovery.gaps'),
            key: 'gaps',
            align: 'right',
            render: (_, { gaps }) => <span className={gaps > 0 ? 'warning-text' : ''}>{format.number(gaps, 0)}</span>,
          },
          {
            title: t('discovery.lastGap'),
            key: 'lastGap',
            render: (_, { lastGap }) => (
              <span className="nowrap">{lastGap === null ? t('common.none') : format.dateTimeSeconds(lastGap)}</span>
            ),
          },
          {
            title: t('discovery.lastMessage'),
            key: 'last',
            render: (_, { lastMessage }) => <span className="nowrap">{format.dateTimeSeconds(lastMessage)}</span>,
          },
        ]}
      />
    </Panel>
  );
}
