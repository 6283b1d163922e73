import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { ProvenancePart } from '../../../services/api/schemas/provenance.ts';
import { formatMicro } from '../../i18n/format-micro.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { QualityShares } from '../../layout/quality-shares.tsx';
import type { ReadingBehind } from './reading-behind.ts';
import { TermView } from './term-view.tsx';

/** What of one meter is part of a figure: its own usage times its share, and the registers behind that. */
export function PartView(props: {
  part: ProvenancePart;
  unit: string;
  /** It is opened at once. */
  isOnly: boolean;
  onBehind: (reading: ReadingBehind) => void;
}): JSX.Element {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const { part, unit, onBehind } = props;
  const { share } = part;
  const amount = (micro: string): string => formatMicro(i18n.language, micro, unit);
  const isWhole = share === null || (share.share === 1 && share.validTo === null);
  return (
    <details className="provenance-part" open={props.isOnly} data-testid="provenance-part">
      <summary>
        <strong>{part.name === null || part.name === '' ? part.meter : part.name}</strong>
        {share !== null && share.subItem !== null && <span className="faint">{labels.subItem(share.subItem)}</span>}
        <span className="provenance-sum">{amount(part.amountMicro)}</span>
      </summary>
      <div className="provenance-inside">
        <p className="faint">
          {part.terms.some(({ meter }) => meter === part.meter) ? (
            <Link to={`/meters/${encodeURIComponent(part.meter)}`}>{part.meter}</Link>
          ) : (
            // A virtual meter has no readings of its own.
            <span className="code">{part.meter}</span>
          )}{' '}
          · {format.dateTime(part.start)} – {format.dateTime(part.end)}
        </p>
        <QualityShares quality={part.quality} />
        {!isWhole && (
          <p>
            {t('provenance.own', { amount: amount(part.ownMicro) })} ·{' '}
            {t('provenance.share', { share: format.percent(share.share, 2) })}{' '}
            {share.validTo === null
              ? t('provenance.shareFrom', { from: share.validFrom })
              : t('provenance.shareBetween', { from: share.validFrom, to: share.validTo })}
            {part.roundingMicro !== '0' && ` · ${t('provenance.rounding', { amount: amount(part.roundingMicro) })}`}
          </p>
        )}
        {part.terms.map((term) => (
          <TermView
            key={`${term.meter} ${term.factor}`}
            term={term}
            unit={unit}
            isOnly={part.terms.length === 1}
            onBehind={onBehind}
          />
        ))}
      </div>
    </details>
  );
}
