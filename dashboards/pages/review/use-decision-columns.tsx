import type { TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Decision } from '../../../services/api/schemas/decision.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { DecisionStateTag } from './decision-state-tag.tsx';
import { useDecisionWords } from './use-decision-words.ts';

/** The columns of a list of corrections. */
export function useDecisionColumns(shown: { withMeter: boolean }): TableColumnsType<Decision> {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const words = useDecisionWords();
  return [
    {
      title: t('decision.state'),
      key: 'state',
      width: 90,
      render: (_, { state }) => <DecisionStateTag state={state} />,
    },
    {
      title: t('decision.what'),
      key: 'what',
      render: (_, decision) => (
        <>
          <Link to={`/review/decisions/${encodeURIComponent(decision.id)}`} data-testid="decision-link">
            {labels.of('decisionKind', decision.kind)}
          </Link>
          <span className="under words">{words(decision)}</span>
        </>
      ),
    },
    ...(shown.withMeter
      ? [
          {
            title: t('decision.meter'),
            key: 'meter',
            render: (_: unknown, { meterId, meterName, institutionName }: Decision) => (
              <>
                <Link to={`/meters/${encodeURIComponent(meterId)}`}>{meterName === '' ? meterId : meterName}</Link>
                <span className="under">{institutionName}</span>
              </>
            ),
          },
        ]
      : []),
    {
      title: t('decision.reason'),
      key: 'reason',
      responsive: ['lg'],
      render: (_, { reason }) => <span className="words">{reason}</span>,
    },
    {
      title: t('decision.proposedBy'),
      key: 'proposed',
      render: (_, { proposedBy, proposedAt }) => (
        <>
          {proposedBy ?? t('decision.someone')}
          <span className="under">{format.dateTime(proposedAt)}</span>
        </>
      ),
    },
    {
      title: t('decision.decidedBy'),
      key: 'decided',
      responsive: ['md'],
      render: (_, { decidedBy, decidedAt, reversedBy, reversedAt }) => {
        const at = reversedAt ?? decidedAt;
        if (at === null) return t('common.none');
        return (
          <>
            {(reversedAt === null ? decidedBy : reversedBy) ?? t('decision.someone')}
            <span className="under">{format.dateTime(at)}</span>
          </>
        );
      },
    },
  ];
}
