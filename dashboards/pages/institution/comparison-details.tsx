import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Comparison, LeftOutDays } from '../../../services/api/schemas/comparison.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';

/** How each comparison was made: working days, the weather's part, and the days that do not count. */
export function ComparisonDetails({ comparisons }: { comparisons: Comparison[] }): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  return (
    <details className="comparison-details" data-testid="comparison-details">
      <summary>{t('compare.details')}</summary>
      {comparisons.map((comparison) => (
        <section key={comparison.with} aria-label={labels.of('comparison', comparison.with)}>
          <h3>{labels.of('comparison', comparison.with)}</h3>
          <ul>
            <li>
              {t('compare.range', { from: comparison.current.firstDate, to: comparison.current.lastDate })} ·{' '}
              {t('compare.against', { from: comparison.baseline.firstDate, to: comparison.baseline.lastDate })}
            </li>
            {(!comparison.current.calendarCovered || !comparison.baseline.calendarCovered) && (
              <li>{t('compare.assumedCalendar')}</li>
            )}
            <HowAdjusted comparison={comparison} />
            <OnlyInOne comparison={comparison} />
            {comparison.leftOut.map((days) => (
              <li key={`${days.firstDate ?? ''} ${days.baselineFirstDate ?? ''} ${days.reason} ${days.meterId ?? ''}`}>
                <LeftOut days={days} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </details>
  );
}

function HowAdjusted({ comparison }: { comparison: Comparison }): JSX.Element | null {
  const { t } = useTranslation();
  const format = useFormat();
  const { workingDays, degreeDays, unit } = comparison;
  if (workingDays !== null) {
    return (
      <li>
        {t('compare.workingNote', {
          working: workingDays.currentWorking,
          other: workingDays.currentOther,
          workingMean: format.exact(workingDays.workingMean, unit),
          otherMean: format.exact(workingDays.otherMean, unit),
        })}
      </li>
    );
  }
  if (degreeDays === null) return null;
  return (
    <>
      {degreeDays.parts.map((part) => (
        <li key={part.degreeDays ?? 'neither'}>
          {t('compare.weatherNote', {
            degreeDays: t(`compare.${part.degreeDays ?? 'neither'}`),
            current: format.number(part.currentDegreeDays, 1),
            baseline: format.number(part.baselineDegreeDays, 1),
            method: t(`weatherMethod.${part.method}`),
          })}
          {part.r2 !== null && ` · ${t('compare.r2', { value: format.number(part.r2, 2) })}`}
        </li>
      ))}
    </>
  );
}

function OnlyInOne({ comparison }: { comparison: Comparison }): JSX.Element | null {
  const { t } = useTranslation();
  const names = [...comparison.onlyInCurrent, ...comparison.onlyInBaseline];
  if (names.length === 0) return null;
  return <li>{t('compare.onlyInOne', { names: names.join(', ') })}</li>;
}

function LeftOut({ days }: { days: LeftOutDays }): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const [from, to] =
    days.firstDate === null ? [days.baselineFirstDate, days.baselineLastDate] : [days.firstDate, days.lastDate];
  return (
    <>
      {t('compare.range', { from: from ?? '', to: to ?? '' })} · {t('compare.leftOut', { count: days.days })} ·{' '}
      {labels.of('leftOutReason', days.reason)}
      {days.meterId !== null && ` · ${days.meterId}`}
    </>
  );
}
