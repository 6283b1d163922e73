import { Select } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { FindingItem } from '../../../services/api/schemas/finding.ts';
import { usePaged } from '../../api-client/use-paged.ts';
import { useSession } from '../../api-client/use-session.ts';
import { RegistrySelect } from '../../forms/registry-select.tsx';
import { useLabels } from '../../i18n/use-labels.ts';
import { FilterSelect } from '../../layout/filter-select.tsx';
import { ListPanel } from '../../layout/list-panel.tsx';
import { Panel } from '../../layout/panel.tsx';
import { useAddressFilter } from '../../layout/use-address-filter.ts';
import { DecisionDrawer } from './decision-drawer.tsx';
import type { DecisionDraft } from './decision-draft.ts';
import { useFindingColumns } from './use-finding-columns.tsx';

const FILTERS = ['kind', 'institution', 'meter', 'handled'] as const;

/** What the accounting found and somebody should look at; those that wait unless others are asked for. */
export function FindingsTab(): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const session = useSession().data;
  const [{ handled = 'open', ...filter }, narrow] = useAddressFilter(FILTERS);
  const [draft, setDraft] = useState<DecisionDraft>();
  const columns = useFindingColumns({ withMeter: true, onPropose: setDraft });
  const list = usePaged<FindingItem>('/findings', {
    ...filter,
    decided: handled === 'all' ? undefined : String(handled === 'decided'),
  });
  return (
    <Panel title={t('review.tab.findings')} flush>
      <ListPanel<FindingItem>
        label={t('review.tab.findings')}
        list={list}
        rowKey={({ meterId, from, kind }) => `${meterId} ${from} ${kind}`}
        testId="finding-row"
        columns={columns}
        empty={t('finding.none')}
        emptyHint={t('finding.noneHint')}
        filters={
          <>
            <Select
              aria-label={t('finding.state')}
              data-testid="finding-state"
              value={handled}
              options={(['open', 'decided', 'all'] as const).map((value) => ({ value, label: t(`finding.${value}`) }))}
              onChange={(value: string) => narrow({ handled: value === 'open' ? '' : value })}
            />
            <FilterSelect
              label={t('finding.kind')}
              all={t('finding.allKinds')}
              value={filter.kind}
              options={labels.options('findingKind')}
              onChange={(kind) => narrow({ kind })}
            />
            {session?.role !== 'institution' && (
              <RegistrySelect
                of="/institutions"
                className="wide"
                label={t('common.institution')}
                placeholder={t('common.institution')}
                value={filter.institution}
                onChange={(institution) => narrow({ institution })}
              />
            )}
            <RegistrySelect
              of="/meters"
              className="wide"
              label={t('finding.meter')}
              placeholder={t('finding.meter')}
              params={{ institution: filter.institution }}
              value={filter.meter}
              onChange={(meter) => narrow({ meter })}
            />
          </>
        }
      />
      <DecisionDrawer draft={draft} onClose={() => setDraft(undefined)} />
    </Panel>
  );
}
