import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { ProvenanceTerm } from '../../../services/api/schemas/provenance.ts';
import { formatMicro } from '../../i18n/format-micro.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { AccountView } from './account-view.tsx';
import { CorrectionList, DayChangeLines } from './correction-list.tsx';
import type { ReadingBehind } from './reading-behind.ts';

/** One register within a meter's own usage: the meter's, one below it that is taken off, or a term of a virtual meter. */
export function TermView(props: {
  term: ProvenanceTerm;
  unit: string;
  isOnly: boolean;
  onBehind: (reading: ReadingBehind) => void;
}): JSX.Element {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { term, unit, isOnly } = props;
  const amount = (micro: string): string => formatMicro(i18n.language, micro, unit);
  const name = term.name === null ? t('provenance.hidden') : term.name === '' ? term.meter : term.name;
  const inside = (
    <>
      {term.notTakenOffMicro !== '0' && (
        <p className="faint">{t('provenance.notTakenOff', { amount: amount(term.notTakenOffMicro) })}</p>
      )}
      {term.account === null ? (
        <p className="faint">{t('provenance.noAccount')}</p>
      ) : (
        <AccountView account={term.account} unit={unit} meterName={name} onBehind={props.onBehind} />
      )}
      {term.corrections.length > 0 && (
        <CorrectionList corrections={term.corrections} onBehind={props.onBehind} unit={unit} />
      )}
      {term.dayChanges.length > 0 && <DayChangeLines changes={term.dayChanges} />}
    </>
  );
  if (isOnly && term.factor === 1) return <div className="provenance-term">{inside}</div>;
  return (
    <details className="provenance-term" open={isOnly}>
      <summary>
        <span className={term.factor < 0 ? 'tag open' : 'tag'}>
          {term.factor === 1
            ? t('provenance.added')
            : term.factor === -1
              ? t('provenance.takenOff')
              : t('provenance.times', { factor: format.entered(term.factor) })}
        </span>{' '}
        {term.name === null ? name : <Link to={`/meters/${encodeURIComponent(term.meter)}`}>{name}</Link>}
        <span className="provenance-sum">{amount(term.micro)}</span>
      </summary>
      {inside}
    </details>
  );
}
