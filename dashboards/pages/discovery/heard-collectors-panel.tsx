import { Button } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { HeardCollectorItem } from '../../../services/api/schemas/discovery.ts';
import { usePaged } from '../../api-client/use-paged.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { ListPanel } from '../../layout/list-panel.tsx';
import { Panel } from '../../layout/panel.tsx';
import { useMayGiveTokens } from '../../layout/use-may-edit.ts';
import { NewCollectorDrawer } from '../registry/new-collector-drawer.tsx';

const POLL_MS = 10_000;

/** Collectors that tried to log in, or whose messages came, and nobody has registered. */
export function HeardCollectorsPanel(): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const mayGiveTokens = useMayGiveTokens();
  const list = usePaged<HeardCollectorItem>('/discovery/collectors', {}, POLL_MS);
  const [adopted, setAdopted] = useState<string>();
  return (
    <Panel title={t('discovery.collectors')} className="span-12" flush>
      <p className="panel-note">{t(mayGiveTokens ? 'discovery.collectorsHint' : 'collector.adminOnly')}</p>
      <ListPanel<HeardCollectorItem>
        label={t('discovery.collectors')}
        list={list}
        rowKey="name"
        testId="heard-collector-row"
        height={120}
        empty={t('discovery.noCollectors')}
        columns={[
          { title: t('collector.id'), key: 'name', render: (_, { name }) => <span className="code">{name}</span> },
          {
            title: t('discovery.clientId'),
            key: 'client',
            render: (_, { clientId }) => <span className="code">{clientId === '' ? t('common.none') : clientId}</span>,
          },
          {
            title: t('discovery.network'),
            key: 'address',
            render: (_, { address }) => <span className="code">{address === '' ? t('common.none') : address}</span>,
          },
          {
            title: t('discovery.attempts'),
            key: 'count',
            align: 'right',
            render: (_, one) => format.number(one.count, 0),
          },
          {
            title: t('discovery.itsMeters'),
            key: 'meters',
            align: 'right',
            render: (_, one) => format.number(one.meters, 0),
          },
          {
            title: t('discovery.since'),
            key: 'since',
            render: (_, { since }) => <span className="nowrap">{format.dateTime(since)}</span>,
          },
          {
            title: t('discovery.lastSeen'),
            key: 'lastSeen',
            render: (_, { lastSeen }) => <span className="nowrap">{format.dateTimeSeconds(lastSeen)}</span>,
          },
          ...(mayGiveTokens
            ? [
                {
                  title: t('form.actions'),
                  key: 'actions',
                  render: (_: unknown, { name }: HeardCollectorItem) => (
                    <Button
                      size="small"
                      aria-label={`${t('discovery.adoptOne')} ${name}`}
                      onClick={() => setAdopted(name)}
                    >
                      {t('discovery.adoptOne')}
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
      <NewCollectorDrawer open={adopted !== undefined} heardAs={adopted} onClose={() => setAdopted(undefined)} />
    </Panel>
  );
}
