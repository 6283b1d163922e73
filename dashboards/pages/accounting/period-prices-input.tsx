import { Input } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { PERIOD_COLOURS } from '../../charts/palette.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import type { PeriodPrices } from './tariff-values.ts';

const PERIODS = ['sharp', 'peak', 'flat', 'valley', 'deep'] as const;

/** The price of each period of the day; a blank is a period that there is not. A field of a form. */
export function PeriodPricesInput(props: {
  id?: string;
  value?: PeriodPrices;
  onChange?: (prices: PeriodPrices) => void;
}): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const { value = {} } = props;
  return (
    <div id={props.id} role="group" aria-label={t('tariff.periodPrices')} className="period-prices">
      {PERIODS.map((period) => (
        <Input
          key={period}
          aria-label={labels.of('tariffPeriod', period)}
          prefix={
            <span className="period-name">
              <i aria-hidden="true" style={{ backgroundColor: PERIOD_COLOURS[period] }} />
              {labels.of('tariffPeriod', period)}
            </span>
          }
          inputMode="decimal"
          value={value[period] ?? ''}
          onChange={({ target }) => props.onChange?.({ ...value, [period]: target.value })}
        />
      ))}
    </div>
  );
}
