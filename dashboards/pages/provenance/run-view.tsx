import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { ProvenanceRun } from '../../../services/api/schemas/provenance.ts';
import { formatMicro } from '../../i18n/format-micro.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { PointView } from './point-view.tsx';
import type { ReadingBehind } from './reading-behind.ts';

/** A stretch of the register: last less first, times the multiplier, less what lies outside of the figure. */
export function RunView(props: {
  run: ProvenanceRun;
  unit: string;
  onBehind: (reading: ReadingBehind) => void;
}): JSX.Element {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const { run, unit, onBehind } = props;
  const amount = (micro: string): string => formatMicro(i18n.language, micro, unit);
  const cuts = [run.startCut, run.endCut].filter((cut) => cut !== null);
  return (
    <div className="provenance-run" data-testid="provenance-run">
      <p className="provenance-run-head">
        <strong>{t(`provenance.kind.${run.kind}`)}</strong>
        <span className="faint">
          {t(`provenance.begins.${run.begins}`)} · {t('provenance.readings', { count: run.readings })}
        </span>
        <span className="provenance-sum">{t('provenance.runAmount', { amount: amount(run.amountMicro) })}</span>
      </p>
      {run.kind === 'register' && (
        <p className="provenance-formula" data-testid="provenance-formula">
          {t('provenance.run', {
            last: format.entered(run.last.register),
            first: format.entered(run.first.register),
            rollover: run.rollovers
              .map(({ modulus }) => t('provenance.rolloverTerm', { modulus: format.entered(modulus) }))
              .join(''),
            multiplier: format.entered(run.multiplier),
            amount: amount(run.micro),
          })}
        </p>
      )}
      <dl className="provenance-points">
        <div>
          <dt>{t('provenance.first')}</dt>
          <dd>
            <PointView point={run.first} unit={unit} onBehind={onBehind} />
          </dd>
        </div>
        {run.rollovers.map(({ before, after }) => (
          <div key={before.ts}>
            <dt>{labels.of('findingKind', 'rollover')}</dt>
            <dd>
              <PointView point={before} unit={unit} onBehind={onBehind} />
              <PointView point={after} unit={unit} onBehind={onBehind} />
            </dd>
          </div>
        ))}
        <div>
          <dt>{t('provenance.last')}</dt>
          <dd>
            <PointView point={run.last} unit={unit} onBehind={onBehind} />
          </dd>
        </div>
      </dl>
      {cuts.map((cut) => (
        <p key={cut.ts} className="faint">
          {format.dateTimeSeconds(cut.ts)}: {t('provenance.outside', { amount: amount(cut.outsideMicro) })} ·{' '}
          {t('provenance.between', {
            from: format.dateTimeSeconds(cut.before.ts),
            before: format.entered(cut.before.register),
            to: format.dateTimeSeconds(cut.after.ts),
            after: format.entered(cut.after.register),
          })}{' '}
          · {t(`provenance.shape.${cut.shape}`)}
        </p>
      ))}
    </div>
  );
}
