import { Button } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Decision } from '../../../services/api/schemas/decision.ts';
import type { FindingItem } from '../../../services/api/schemas/finding.ts';
import type { Meter } from '../../../services/api/schemas/meter.ts';
import { usePaged } from '../../api-client/use-paged.ts';
import { ListPanel } from '../../layout/list-panel.tsx';
import { Panel } from '../../layout/panel.tsx';
import { DecisionDrawer } from '../review/decision-drawer.tsx';
import type { DecisionDraft } from '../review/decision-draft.ts';
import { LedgerList } from '../review/ledger-list.tsx';
import { useDecisionColumns } from '../review/use-decision-columns.tsx';
import { useFindingColumns } from '../review/use-finding-columns.tsx';

/** What was found on a meter, what was decided of it, and which of its closed days changed. */
export function ReviewTab({ meter }: { meter: Meter }): JSX.Element {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<DecisionDraft>();
  const findingColumns = useFindingColumns({ withMeter: false, onPropose: setDraft });
  const decisionColumns = useDecisionColumns({ withMeter: false });
  const findings = usePaged<FindingItem>('/findings', { meter: meter.id });
  const decisions = usePaged<Decision>('/decisions', { meter: meter.id });
  return (
    <>
      <Panel title={t('finding.title')} className="span-12" flush>
        <ListPanel<FindingItem>
          label={t('finding.title')}
          list={findings}
          rowKey={({ from, kind }) => `${from} ${kind}`}
          testId="finding-row"
          columns={findingColumns}
          empty={t('finding.ofMeterNone')}
          height={120}
        />
      </Panel>
      <Panel
        title={t('decision.ofMeter')}
        className="span-12"
        flush
        extra={
          <Button
            size="small"
            type="primary"
            data-testid="propose-own"
            onClick={() =>
              setDraft({ meterId: meter.id, meterName: meter.name, registerUnit: meter.registerUnit, values: {} })
            }
          >
            {t('decision.propose')}
          </Button>
        }
      >
        <ListPanel<Decision>
          label={t('decision.ofMeter')}
          list={decisions}
          rowKey="id"
          testId="decision-row"
          columns={decisionColumns}
          empty={t('decision.ofMeterNone')}
          height={120}
        />
      </Panel>
      <Panel title={t('ledger.title')} className="span-12" flush>
        <LedgerList params={{ meter: meter.id }} withMeter={false} />
      </Panel>
      <DecisionDrawer draft={draft} onClose={() => setDraft(undefined)} />
    </>
  );
}
