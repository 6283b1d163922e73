import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Comparison } from '../../../services/api/schemas/comparison.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';

/** One comparison in a few figures: the change, what is compared, and why nothing can be told where it cannot. */
export function ComparisonTile({ comparison }: { comparison: Comparison }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const { change, compared, unit, baseline, leftOut } = comparison;
  const isAdjusted = comparison.with === 'working-days' || comparison.with === 'degree-days';
  const amount = (value: number | null): string => {
    if (value === null) return t('common.missing');
    const shown = format.amount(value, unit);
    return `${shown.text} ${shown.unit}`;
  };
  const leftOutDays = leftOut.reduce((sum, { days }) => sum + days, 0);
  return (
    <div className="comparison-tile" data-testid={`comparison-${comparison.with}`}>
      <h3>{labels.of('comparison', comparison.with)}</h3>
      {change.percent === null ? (
        <>
          <p className="comparison-none">{t('compare.unknown')}</p>
          <p className="faint">{change.reason === null ? '' : labels.of('comparisonReason', change.reason)}</p>
        </>
      ) : (
        <>
          <p className="comparison-change">
            <Change percent={change.percent} />
          </p>
          <dl>
            <div>
              <dt>{t('compare.current')}</dt>
              <dd>{amount(compared.current.amount)}</dd>
            </div>
            <div>
              <dt>{t(isAdjusted ? 'compare.adjusted' : 'compare.baseline')}</dt>
              <dd>{amount(compared.baseline.amount)}</dd>
            </div>
            {change.perHeadPercent !== null && (
              <div>
                <dt>{t('compare.perHeadChange')}</dt>
                <dd>
                  <Change percent={change.perHeadPercent} />
                </dd>
              </div>
            )}
            {change.perM2Percent !== null && (
              <div>
                <dt>{t('compare.perM2Change')}</dt>
                <dd>
                  <Change percent={change.perM2Percent} />
                </dd>
              </div>
            )}
          </dl>
        </>
      )}
      <p className="faint">
        {t('compare.against', { from: baseline.firstDate, to: baseline.lastDate })}
        <br />
        {t('compare.daysOf', { count: compared.currentDays })}
        {leftOutDays > 0 && ` · ${t('compare.leftOut', { count: leftOutDays })}`}
      </p>
    </div>
  );
}

/** A change in per cent with its direction; less use is good. */
function Change({ percent }: { percent: number }): JSX.Element {
  const format = useFormat();
  const tone = percent > 0.1 ? 'critical-text' : percent < -0.1 ? 'good-text' : '';
  return (
    <b className={tone}>
      {percent > 0 ? '▲ +' : percent < 0 ? '▼ −' : ''}
      {format.percent(Math.abs(percent) / 100)}
    </b>
  );
}
