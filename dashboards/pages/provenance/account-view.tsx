import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { ProvenanceAccount } from '../../../services/api/schemas/provenance.ts';
import { formatMicro } from '../../i18n/format-micro.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { PointView } from './point-view.tsx';
import type { ReadingBehind } from './reading-behind.ts';
import { ReadingsPart } from './readings-part.tsx';
import { RunView } from './run-view.tsx';

/** What a meter's amount is made of: stretches of its register, gaps between readings, and what does not count. */
export function AccountView(props: {
  account: ProvenanceAccount;
  unit: string;
  meterName: string;
  onBehind: (reading: ReadingBehind) => void;
}): JSX.Element {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const { account, unit, onBehind } = props;
  const { runs, gaps, leftOut } = account;
  return (
    <>
      {runs.length === 0 ? (
        <p className="missing">{t('provenance.missing')}</p>
      ) : (
        <section aria-label={t('provenance.runs')}>
          <h4>{t('provenance.runs')}</h4>
          {runs.map((run) => (
            <RunView key={run.start + run.begins} run={run} unit={unit} onBehind={onBehind} />
          ))}
        </section>
      )}
      {gaps.length > 0 && (
        <section aria-label={t('provenance.gaps')}>
          <h4>{t('provenance.gaps')}</h4>
          <ul className="provenance-lines">
            {gaps.map((gap) => (
              <li key={gap.start}>
                {t('provenance.gap', {
                  from: format.dateTimeSeconds(gap.start),
                  to: format.dateTimeSeconds(gap.end),
                  amount: formatMicro(i18n.language, gap.micro, unit),
                  quality: labels.of('quality', gap.quality),
                  shape: t(`provenance.shape.${gap.shape}`),
                })}
                {gap.likeDays.length > 0 && (
                  <span className="under">{t('provenance.likeDays', { days: gap.likeDays.join(', ') })}</span>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      {leftOut.length > 0 && (
        <section aria-label={t('provenance.leftOut')}>
          <h4>{t('provenance.leftOut')}</h4>
          <ul className="provenance-lines">
            {leftOut.map(({ start, end, reason, readings, first }) => (
              <li key={start + reason}>
                {format.dateTimeSeconds(start)} – {format.dateTimeSeconds(end)} ·{' '}
                {t(`provenance.leftOutReason.${reason}`)}
                {readings > 0 && ` · ${t('provenance.readings', { count: readings })}`}
                {first !== null && <PointView point={first} unit={unit} onBehind={onBehind} />}
              </li>
            ))}
          </ul>
        </section>
      )}
      {account.more && <p className="faint">{t('provenance.moreRuns')}</p>}
      {runs.length > 0 && <ReadingsPart {...props} />}
    </>
  );
}
