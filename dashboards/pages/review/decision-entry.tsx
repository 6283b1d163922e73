import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';

import type { Decision } from '../../../services/api/schemas/decision.ts';
import { useOne } from '../../api-client/use-one.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import { FactList } from '../../layout/fact-list.tsx';
import { PageHead } from '../../layout/page-head.tsx';
import { Panel } from '../../layout/panel.tsx';
import { DecisionActions } from './decision-actions.tsx';
import { DecisionHistory } from './decision-history.tsx';
import { DecisionStateTag } from './decision-state-tag.tsx';
import { EffectView } from './effect-view.tsx';
import { useDecisionWords } from './use-decision-words.ts';

/** One correction: what it says, what it would change, who did what, and what the session may do with it. */
export function DecisionEntry(): JSX.Element {
  const { id = '' } = useParams();
  const decision = useOne<Decision>(`/decisions/${encodeURIComponent(id)}`);
  return (
    <Await query={decision} height={480}>
      {(data) => <Entry decision={data} />}
    </Await>
  );
}

function Entry({ decision }: { decision: Decision }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const words = useDecisionWords();
  const { kind, registerUnit } = decision;
  const register = (value: number | null): string | null =>
    value === null ? null : format.entered(value, registerUnit);
  const isOpen = decision.state === 'proposed' || decision.state === 'approved';
  return (
    <>
      <Link className="back-link" to="/review/decisions">
        {t('decision.back')}
      </Link>
      <PageHead
        title={
          <>
            {labels.of('decisionKind', kind)} <DecisionStateTag state={decision.state} />
          </>
        }
        subtitle={
          <>
            <Link to={`/meters/${encodeURIComponent(decision.meterId)}`}>
              {decision.meterName === '' ? decision.meterId : decision.meterName}
            </Link>{' '}
            · {decision.institutionName}
          </>
        }
      />
      <div className="grid">
        <Panel title={t('decision.what')} className="span-7 wide-on-tablet" flush>
          <p className="decision-words" data-testid="decision-words">
            {words(decision)}
          </p>
          <FactList
            facts={[
              [t('decision.meter'), decision.meterId],
              [t(decision.to === null ? 'decision.at' : 'decision.from'), format.dateTimeSeconds(decision.from)],
              [t('decision.to'), decision.to === null ? null : format.dateTimeSeconds(decision.to)],
              [t('decision.register'), register(decision.register)],
              [t('decision.closingRegister'), register(decision.closingRegister)],
              [t('decision.openingRegister'), register(decision.openingRegister)],
              [t('decision.multiplier'), decision.multiplier === null ? null : format.entered(decision.multiplier)],
            ]}
          />
          <p className="panel-note">{t(`decision.kindHint.${kind}`)}</p>
        </Panel>
        <Panel title={t('decision.history')} className="span-5 wide-on-tablet">
          <DecisionHistory decision={decision} />
          {isOpen && <DecisionActions key={decision.state} decision={decision} />}
        </Panel>
        {isOpen && <EffectView decision={decision} />}
      </div>
    </>
  );
}
