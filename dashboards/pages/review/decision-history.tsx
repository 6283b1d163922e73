import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Decision } from '../../../services/api/schemas/decision.ts';
import { useFormat } from '../../i18n/use-format.ts';

/** Who proposed, decided and reversed a correction, when, and with what words. */
export function DecisionHistory({ decision }: { decision: Decision }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const someone = t('decision.someone');
  const { state, decidedAt, reversedAt } = decision;
  const didDecide =
    state === 'rejected' ? 'didReject' : state === 'withdrawn' ? 'didWithdraw' : ('didApprove' as const);
  const steps = [
    {
      what: t('decision.didPropose', { user: decision.proposedBy ?? someone }),
      at: decision.proposedAt,
      note: decision.reason,
    },
    ...(decidedAt === null
      ? []
      : [
          {
            what: t(`decision.${didDecide}`, { user: decision.decidedBy ?? someone }),
            at: decidedAt,
            note: decision.decisionNote,
          },
        ]),
    ...(reversedAt === null
      ? []
      : [
          {
            what: t('decision.didReverse', { user: decision.reversedBy ?? someone }),
            at: reversedAt,
            note: decision.reversalNote,
          },
        ]),
  ];
  return (
    <ol className="steps" data-testid="decision-history">
      {steps.map(({ what, at, note }) => (
        <li key={what + at}>
          <strong>{what}</strong> <span className="faint nowrap">{format.dateTime(at)}</span>
          {note !== null && note !== '' && <p className="words">{note}</p>}
        </li>
      ))}
    </ol>
  );
}
