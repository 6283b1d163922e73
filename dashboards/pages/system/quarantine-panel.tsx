import { Button } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { QuarantineItem } from '../../../services/api/schemas/quarantine.ts';
import { useQuarantine, useQuarantineSummary, type QuarantineFilter } from '../../api-client/use-quarantine.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { Await } from '../../layout/await.tsx';
import { Panel } from '../../layout/panel.tsx';
import { MessageDrawer } from './message-drawer.tsx';
import { QuarantineFilters } from './quarantine-filters.tsx';
import { QuarantineTable } from './quarantine-table.tsx';
import { ReplayButtons } from './replay-buttons.tsx';

/** What could not become a reading: by reason, message by message, and the way back in. */
export function QuarantinePanel(props: {
  filter: QuarantineFilter;
  onFilter: (filter: QuarantineFilter) => void;
}): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const { filter } = props;
  const summary = useQuarantineSummary();
  const pages = useQuarantine(filter);
  const [opened, setOpened] = useState<QuarantineItem>();
  const [chosen, setChosen] = useState<number[]>([]);
  const items = pages.data?.pages.flatMap((page) => page.items);
  // What was replayed or let go meanwhile is chosen no more.
  const shownIds = new Set(items?.map(({ id }) => id));
  const chosenIds = chosen.filter((id) => shownIds.has(id));
  const { age = 0, size = 0 } = summary.data?.evicted ?? {};

  return (
    <Panel
      title={t('system.quarantine')}
      className="span-12"
      flush
      extra={<ReplayButtons filter={filter} ids={chosenIds} onRequested={() => setChosen([])} />}
    >
      <p className="panel-note">
        {t('system.quarantineHint')}{' '}
        {age + size > 0 && t('system.evicted', { age: format.number(age, 0), size: format.number(size, 0) })}
      </p>
      <QuarantineFilters filter={filter} summary={summary.data} onChange={props.onFilter} />
      <Await query={{ data: items, error: pages.error, refetch: pages.refetch }} height={240}>
        {(found) => <QuarantineTable items={found} chosen={chosenIds} onChoose={setChosen} onOpen={setOpened} />}
      </Await>
      {pages.hasNextPage && (
        <p className="panel-note">
          <Button size="small" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {t('system.older')}
          </Button>
        </p>
      )}
      <MessageDrawer item={opened} onClose={() => setOpened(undefined)} />
    </Panel>
  );
}
