import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { DayChangeItem } from '../../../services/api/schemas/day-change.ts';
import type { ProvenanceCorrection } from '../../../services/api/schemas/provenance.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { BehindLink } from './point-view.tsx';
import type { ReadingBehind } from './reading-behind.ts';

/** What people said of a meter that bears on a figure: decisions, manual readings, events of the registry. */
export function CorrectionList(props: {
  corrections: ProvenanceCorrection[];
  unit: string;
  onBehind: (reading: ReadingBehind) => void;
}): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const nameOf = ({ kind, what, source }: ProvenanceCorrection): string => {
    if (kind === 'manual-reading') {
      return `${t('provenance.correctionKind.manual-reading')}${source === null ? '' : ` · ${labels.of('manualSource', source)}`}`;
    }
    return what === null
      ? t(`provenance.correctionKind.${kind}`)
      : labels.of(kind === 'decision' ? 'decisionKind' : 'lifeKind', what);
  };
  return (
    <section aria-label={t('provenance.corrections')}>
      <h4>{t('provenance.corrections')}</h4>
      <ul className="provenance-lines">
        {props.corrections.map((correction) => (
          <li key={`${correction.kind} ${correction.id ?? ''} ${correction.start}`} data-testid="provenance-correction">
            {correction.kind === 'decision' && correction.id !== null ? (
              <Link to={`/review/decisions/${encodeURIComponent(correction.id)}`}>{nameOf(correction)}</Link>
            ) : (
              <strong>{nameOf(correction)}</strong>
            )}{' '}
            {format.dateTimeSeconds(correction.start)}
            {correction.end !== null && ` – ${format.dateTimeSeconds(correction.end)}`}
            {(
              [
                ['register', correction.register],
                ['closingRegister', correction.closingRegister],
                ['openingRegister', correction.openingRegister],
                ['multiplier', correction.multiplier],
              ] as const
            ).map(([name, value]) =>
              value === null ? null : <span key={name}> · {`${t(`decision.${name}`)} ${format.entered(value)}`}</span>,
            )}{' '}
            {correction.photo !== null && (
              <BehindLink
                link={correction.photo}
                isPhoto
                ts={correction.start}
                register={correction.register ?? undefined}
                unit={props.unit}
                onBehind={props.onBehind}
              />
            )}
            {correction.reason !== null && <span className="under">{correction.reason}</span>}
            {correction.by !== null && (
              <span className="under">
                {correction.approvedBy === null
                  ? t('provenance.enteredBy', { by: correction.by })
                  : t('provenance.approvedBy', { by: correction.by, approver: correction.approvedBy })}
                {correction.at !== null && ` · ${format.dateTime(correction.at)}`}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Closed days within a figure that changed afterwards. */
export function DayChangeLines({ changes }: { changes: DayChangeItem[] }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  return (
    <section aria-label={t('provenance.changes')}>
      <h4>{t('provenance.changes')}</h4>
      <ul className="provenance-lines">
        {changes.map(({ day, unit, before, after, changedAt, why }) => (
          <li key={day + changedAt}>
            {day}{' '}
            {t('effect.becomes', {
              before: format.exact(before.value, unit, 2),
              after: format.exact(after.value, unit, 2),
            })}
            <span className="under">
              {format.dateTime(changedAt)} · {labels.of('changeReason', why.reason)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
