import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

import { useIngestRate } from '../../api-client/use-ingest-rate.ts';
import type { QuarantineFilter } from '../../api-client/use-quarantine.ts';
import { PageHead } from '../../layout/page-head.tsx';
import { FlowRow } from './flow-row.tsx';
import { PartsPanel } from './parts-panel.tsx';
import { QuarantinePanel } from './quarantine-panel.tsx';
import { ReplaysPanel } from './replays-panel.tsx';
import './system.css';

const CRITERIA = ['reason', 'collector', 'meter', 'address', 'topic'] as const;

/** How the platform itself is doing, and what could not become a reading. The filter stands in the address. */
export function SystemPage(): JSX.Element {
  const { t } = useTranslation();
  const { health, rate } = useIngestRate();
  const [search, setSearch] = useSearchParams();
  const filter: QuarantineFilter = {};
  for (const name of CRITERIA) {
    const value = search.get(name);
    if (value !== null && value !== '') filter[name] = value;
  }
  const narrow = (next: QuarantineFilter): void => {
    const given = CRITERIA.flatMap((name): [string, string][] => {
      const value = next[name]?.trim();
      return value === undefined || value === '' ? [] : [[name, value]];
    });
    setSearch(new URLSearchParams(given));
  };

  return (
    <div data-testid="page-system">
      <PageHead title={t('system.title')} subtitle={t('system.subtitle')} />
      <FlowRow query={health} rate={rate} />
      <div className="grid">
        <PartsPanel query={health} />
        <QuarantinePanel filter={filter} onFilter={narrow} />
        <ReplaysPanel />
      </div>
    </div>
  );
}
