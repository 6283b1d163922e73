import { Button } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { usePaged } from '../../api-client/use-paged.ts';
import { EndedSelect, endedParam } from '../../layout/ended-select.tsx';
import { ListPanel } from '../../layout/list-panel.tsx';
import { Panel } from '../../layout/panel.tsx';
import { SearchBox } from '../../layout/search-box.tsx';
import { useAddressFilter } from '../../layout/use-address-filter.ts';
import { useMayGiveTokens } from '../../layout/use-may-edit.ts';
import { CollectorDrawer, type Collector } from './collector-drawer.tsx';
import { NewCollectorDrawer } from './new-collector-drawer.tsx';

/** The collectors: the MQTT users that meters speak through. */
export function CollectorsTab(): JSX.Element {
  const { t } = useTranslation();
  const mayGiveTokens = useMayGiveTokens();
  const [{ text, ended }, narrow] = useAddressFilter(['text', 'ended'] as const);
  const [opened, setOpened] = useState<string>();
  const [isAdding, setAdding] = useState(false);
  const list = usePaged<Collector>('/collectors', { text, ended: endedParam(ended) });
  return (
    <Panel
      title={t('registry.tab.collectors')}
      flush
      extra={
        mayGiveTokens && (
          <Button type="primary" size="small" data-testid="add-collector" onClick={() => setAdding(true)}>
            {t('collector.add')}
          </Button>
        )
      }
    >
      {!mayGiveTokens && <p className="panel-note">{t('collector.adminOnly')}</p>}
      <ListPanel<Collector>
        label={t('registry.tab.collectors')}
        list={list}
        rowKey="id"
        testId="collector-row"
        empty={t('collector.none')}
        emptyHint={t('registry.emptyHint')}
        filters={
          <>
            <SearchBox label={t('registry.search')} value={text} onSearch={(given) => narrow({ text: given })} />
            <EndedSelect value={ended} onChange={(value) => narrow({ ended: value })} />
          </>
        }
        columns={[
          {
            title: t('registry.name'),
            key: 'name',
            render: (_, { id, name, endedOn }) => (
              <>
                <button type="button" className="link-button" onClick={() => setOpened(id)}>
                  {name === '' ? id : name}
                </button>
                {endedOn !== null && <span className="tag ended">{t('registry.endedOn', { date: endedOn })}</span>}
              </>
            ),
          },
          { title: t('collector.id'), key: 'id', render: (_, { id }) => <span className="code">{id}</span> },
          {
            title: t('collector.gateway'),
            key: 'gateway',
            render: (_, { gateway }) => gateway ?? t('collector.unassigned'),
          },
        ]}
      />
      <CollectorDrawer id={opened} onClose={() => setOpened(undefined)} />
      <NewCollectorDrawer open={isAdding} onClose={() => setAdding(false)} />
    </Panel>
  );
}
