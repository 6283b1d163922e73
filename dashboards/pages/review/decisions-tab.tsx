import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { usePaged } from '../../api-client/use-paged.ts';
import type { Decision } from '../../../services/api/schemas/decision.ts';
import { useSession } from '../../api-client/use-session.ts';
import { RegistrySelect } from '../../forms/registry-select.tsx';
import { useLabels } from '../../i18n/use-labels.ts';
import { FilterSelect } from '../../layout/filter-select.tsx';
import { ListPanel } from '../../layout/list-panel.tsx';
import { Panel } from '../../layout/panel.tsx';
import { useAddressFilter } from '../../layout/use-address-filter.ts';
import { useDecisionColumns } from './use-decision-columns.tsx';

const FILTERS = ['state', 'institution', 'meter'] as const;

/** Corrections, those that wait first unless another state is asked for; the filter stands in the address. */
export function DecisionsTab(): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const session = useSession().data;
  const [filter, narrow] = useAddressFilter(FILTERS);
  const columns = useDecisionColumns({ withMeter: true });
  const { state = 'proposed' } = filter;
  const list = usePaged<Decision>('/decisions', { ...filter, state: state === 'all' ? undefined : state }, 30_000);
  return (
    <Panel title={t('review.tab.decisions')} flush>
      <p className="panel-note">{t('decision.hint')}</p>
      <ListPanel<Decision>
        label={t('review.tab.decisions')}
        list={list}
        rowKey="id"
        testId="decision-row"
        columns={columns}
        empty={t('decision.none')}
        emptyHint={t('decision.noneHint')}
        filters={
          <>
            <FilterSelect
              label={t('decision.state')}
              all={t('decision.allStates')}
              testId="decision-state"
              value={state === 'all' ? undefined : state}
              options={labels.options('decisionState')}
              onChange={(value) => narrow({ state: value ?? 'all' })}
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
              label={t('decision.meter')}
              placeholder={t('decision.meter')}
              params={{ institution: filter.institution }}
              value={filter.meter}
              onChange={(meter) => narrow({ meter })}
            />
          </>
        }
      />
    </Panel>
  );
}
