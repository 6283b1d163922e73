import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { useFormat } from '../../i18n/use-format.ts';
import type { DayLoad } from './day-load.ts';

const UNITS: Record<string, { amount: string; rate: string }> = {
  electricity: { amount: 'kWh', rate: 'kW' },
  water: { amount: 'm3', rate: 'm3/h' },
  heat: { amount: 'GJ', rate: 'GJ/h' },
};

/** A day's total and peak, and its change against the same hours a week before. `days` are the day, the one before, the week before. */
export function DayStats(props: { medium: string; days: DayLoad[]; restDay: boolean }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const unit = UNITS[props.medium] ?? { amount: '', rate: '' };
  const [day, , week] = props.days;
  const known = (day?.amounts ?? []).filter((amount) => amount !== null);
  const peak = Math.max(...(day?.rates ?? []).map((rate) => rate ?? -Infinity));
  const peakAt = day?.labels[day.rates.indexOf(peak)];
  const change = day === undefined || week === undefined ? null : changeOf(day.amounts, week.amounts);
  return (
    <div className="stat-row">
      <span>
        {t('institution.dayTotal')}
        <b>{format.exact(known.length === 0 ? null : known.reduce((sum, amount) => sum + amount, 0), unit.amount)}</b>
      </span>
      {peakAt !== undefined && (
        <span>
          {t('institution.dayPeak')}
          <b>{format.exact(peak, unit.rate)}</b>
          {t('institution.peakAt', { time: peakAt })}
        </span>
      )}
      {change !== null && (
        <span>
          {t('institution.againstWeek')}
          <b className={change > 0 ? 'critical-text' : 'good-text'}>
            {change > 0 ? '+' : '−'}
            {format.percent(Math.abs(change))}
          </b>
        </span>
      )}
      {props.restDay && <span>{t('institution.noWorkingHours')}</span>}
    </div>
  );
}

/** Only steps that both days have are compared. */
function changeOf(now: (number | null)[], before: (number | null)[]): number | null {
  let [sumNow, sumBefore] = [0, 0];
  now.forEach((amount, index) => {
    const other = before[index];
    if (amount === null || other === null || other === undefined) return;
    sumNow += amount;
    sumBefore += other;
  });
  return sumBefore > 0 ? sumNow / sumBefore - 1 : null;
}
