import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { TariffItem } from '../../../services/api/schemas/tariff.ts';
import { PERIOD_COLOURS } from '../../charts/palette.ts';
import { unitSign } from '../../i18n/format-number.ts';
import { UNIT_OF_MEDIUM } from '../../i18n/unit-of-medium.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { minuteOf } from './minute-of.ts';

export type Prices = TariffItem['versions'][number]['prices'];
type TimeOfUse = Extract<Prices, { kind: 'time-of-use' }>;
type Steps = NonNullable<TimeOfUse['surcharge']>['steps'];

const DAY_MINUTES = 1440;
const HOURS = [0, 3, 6, 9, 12, 15, 18, 21, 24];

/** Prices to be read: a figure, the day as a band of its periods, or steps. */
export function TariffPricesView({ prices, medium }: { prices: Prices; medium: string }): JSX.Element {
  const { t } = useTranslation();
  const unit = unitSign(UNIT_OF_MEDIUM[medium] ?? '');
  return (
    <div className="tariff-prices">
      {prices.kind === 'flat' && (
        <p>
          <b>{prices.price}</b> {t('tariff.perUnit', { unit })}
        </p>
      )}
      {prices.kind === 'tiered' && <StepList steps={prices.steps} per={prices.per} unit={unit} />}
      {prices.kind === 'time-of-use' && (
        <>
          {prices.schedules.map((schedule) => (
            <DayBand
              key={`${schedule.months?.join() ?? ''} ${schedule.days}`}
              schedule={schedule}
              prices={{ ...prices.prices, ...schedule.prices }}
              unit={unit}
            />
          ))}
          {prices.surcharge !== undefined && (
            <>
              <p className="faint">{t('tariff.surcharge')}</p>
              <StepList steps={prices.surcharge.steps} per={prices.surcharge.per} unit={unit} />
            </>
          )}
        </>
      )}
      {prices.fixedPerMonth !== undefined && (
        <p className="faint">{t('tariff.fixed', { amount: prices.fixedPerMonth })}</p>
      )}
    </div>
  );
}

function StepList(props: { steps: Steps; per: 'month' | 'year'; unit: string }): JSX.Element {
  const { t } = useTranslation();
  const { steps, per, unit } = props;
  return (
    <ul className="provenance-lines">
      <li className="faint">
        {t('tariff.per')}: {t(per === 'month' ? 'tariff.perMonth' : 'tariff.perYear')}
      </li>
      {steps.map(({ upTo, price }, index) => {
        const from = steps[index - 1]?.upTo ?? '0';
        return (
          <li key={from}>
            {upTo === null
              ? t('tariff.stepOpen', { from, unit, price })
              : t('tariff.stepRange', { from, to: upTo, unit, price })}
          </li>
        );
      })}
    </ul>
  );
}

function DayBand(props: {
  schedule: TimeOfUse['schedules'][number];
  prices: TimeOfUse['prices'];
  unit: string;
}): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const { schedule, prices, unit } = props;
  const windows = schedule.windows.toSorted((a, b) => minuteOf(a.from) - minuteOf(b.from));
  const periods = [...new Set(windows.map(({ period }) => period))];
  return (
    <div className="day-band">
      <p className="faint">
        {t('tariff.clockOf', {
          months:
            schedule.months === undefined
              ? t('tariff.allYear')
              : t('tariff.months', { months: schedule.months.join('、') }),
          days: labels.of('tariffDays', schedule.days),
        })}
      </p>
      <div className="day-clock" aria-hidden="true">
        {windows.map(({ from, to, period }) => (
          <span
            key={from}
            title={`${from}–${to} ${labels.of('tariffPeriod', period)}`}
            style={{
              width: `${((minuteOf(to) - minuteOf(from)) / DAY_MINUTES) * 100}%`,
              backgroundColor: PERIOD_COLOURS[period],
            }}
          />
        ))}
      </div>
      <div className="day-hours" aria-hidden="true">
        {HOURS.map((hour) => (
          <span key={hour} style={{ left: `${(hour / 24) * 100}%` }}>
            {hour}
          </span>
        ))}
      </div>
      <ul className="day-periods">
        {periods.map((period) => (
          <li key={period}>
            <i aria-hidden="true" style={{ backgroundColor: PERIOD_COLOURS[period] }} />
            <b>{labels.of('tariffPeriod', period)}</b> {prices[period]} {t('tariff.perUnit', { unit })}{' '}
            <span className="faint">
              {windows
                .filter((window) => window.period === period)
                .map(({ from, to }) => `${from}–${to}`)
                .join(' ')}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
