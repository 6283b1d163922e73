import { Button, Grid } from 'antd';
import type { TableColumnsType } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { FindingItem } from '../../../services/api/schemas/finding.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { draftOf } from './decision-draft.ts';
import type { DecisionDraft } from './decision-draft.ts';
import { DecisionStateTag } from './decision-state-tag.tsx';

/** The columns of a list of findings; what fits a finding is proposed from its row. */
export function useFindingColumns(props: {
  withMeter: boolean;
  onPropose: (draft: DecisionDraft) => void;
}): TableColumnsType<FindingItem> {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const { withMeter, onPropose } = props;
  const isWide = Grid.useBreakpoint().md === true;
  const nameOf = ({ meterId, meterName }: FindingItem): string => (meterName === '' ? meterId : meterName);
  const handling = (finding: FindingItem): JSX.Element => {
    const { decision, suggestion } = finding;
    if (decision !== null) {
      return (
        <>
          <DecisionStateTag state={decision.state} />{' '}
          <Link className="review-link" to={`/review/decisions/${encodeURIComponent(decision.id)}`}>
            {labels.of('decisionKind', decision.kind)}
          </Link>
        </>
      );
    }
    const other = t(suggestion === null ? 'decision.propose' : 'finding.other');
    const where = `${nameOf(finding)} ${format.dateTime(finding.from)}`;
    return (
      <span className="row-buttons">
        {suggestion !== null && (
          <Button
            size="small"
            type="primary"
            ghost
            aria-label={`${t('finding.propose', { kind: labels.of('decisionKind', suggestion.kind) })} ${where}`}
            data-testid="propose"
            onClick={() => onPropose(draftOf(finding, suggestion))}
          >
            {t('finding.propose', { kind: labels.of('decisionKind', suggestion.kind) })}
          </Button>
        )}
        <Button
          size="small"
          type="text"
          aria-label={`${other} ${where}`}
          onClick={() => onPropose(draftOf(finding, undefined))}
        >
          {other}
        </Button>
      </span>
    );
  };
  return [
    {
      title: t('finding.kind'),
      key: 'kind',
      render: (_, finding) => (
        <>
          <strong>{labels.of('findingKind', finding.kind)}</strong>
          {!isWide && withMeter && (
            <span className="under">
              <Link className="review-link" to={`/meters/${encodeURIComponent(finding.meterId)}`}>
                {nameOf(finding)}
              </Link>{' '}
              {finding.institutionName}
            </span>
          )}
          <span className="under words">{labels.of('findingAdvice', finding.kind)}</span>
          {/* What can be done stands within reach on a phone. */}
          {!isWide && handling(finding)}
        </>
      ),
    },
    ...(withMeter
      ? [
          {
            title: t('finding.meter'),
            key: 'meter',
            responsive: ['md' as const],
            render: (_: unknown, finding: FindingItem) => (
              <>
                <Link to={`/meters/${encodeURIComponent(finding.meterId)}`}>{nameOf(finding)}</Link>
                <span className="under">{finding.institutionName}</span>
              </>
            ),
          },
        ]
      : []),
    {
      title: t('finding.when'),
      key: 'when',
      render: (_, { from, to }) => (
        <>
          <span className="nowrap">{format.dateTimeSeconds(from)}</span>
          {to !== from && <span className="under nowrap">– {format.dateTimeSeconds(to)}</span>}
        </>
      ),
    },
    {
      title: t('finding.register'),
      key: 'register',
      align: 'right',
      render: (_, { registerBefore, registerAfter, registerUnit }) => (
        <span className="nowrap">
          {registerBefore === null && registerAfter === null
            ? t('common.none')
            : t('finding.registerFrom', {
                before: registerBefore === null ? t('common.none') : format.entered(registerBefore),
                after: registerAfter === null ? t('common.none') : format.entered(registerAfter, registerUnit),
              })}
        </span>
      ),
    },
    {
      title: t('finding.decision'),
      key: 'decision',
      responsive: ['md'],
      render: (_, finding) => handling(finding),
    },
  ];
}
