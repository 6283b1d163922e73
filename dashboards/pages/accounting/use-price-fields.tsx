import { useTranslation } from 'react-i18next';

import type { Field, FieldGroup } from '../../forms/field.ts';
import { textIn } from '../../forms/form-values.ts';
import type { FormValues } from '../../forms/form-values.ts';
import { unitSign } from '../../i18n/format-number.ts';
import { UNIT_OF_MEDIUM } from '../../i18n/unit-of-medium.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { PeriodPricesInput } from './period-prices-input.tsx';
import { SchedulesEditor } from './schedules-editor.tsx';
import { StepsEditor } from './steps-editor.tsx';

/** As the platform takes money: at most six decimals. */
const DECIMAL = /^\d+(\.\d{1,6})?$/;

/** The fields of a tariff's prices, by its kind. */
export function usePriceFields(): (values: FormValues, medium: string) => FieldGroup[] {
  const { t } = useTranslation();
  const labels = useLabels();
  return (values, medium) => {
    const unit = unitSign(UNIT_OF_MEDIUM[medium] ?? '');
    const kind = textIn(values, 'kind');
    const steps: Field[] = [
      {
        name: 'per',
        label: t('tariff.per'),
        kind: 'choice',
        required: true,
        options: [
          { value: 'month', label: t('tariff.perMonth') },
          { value: 'year', label: t('tariff.perYear') },
        ],
      },
      {
        name: 'steps',
        label: t('tariff.tiers'),
        kind: 'own',
        required: true,
        wide: true,
        control: <StepsEditor unit={unit} />,
      },
    ];
    const own: Field[] =
      kind === 'time-of-use'
        ? [
            {
              name: 'prices',
              label: t('tariff.periodPrices'),
              kind: 'own',
              required: true,
              wide: true,
              hint: t('tariff.decimalHint'),
              control: <PeriodPricesInput />,
            },
            {
              name: 'schedules',
              label: t('tariff.schedules'),
              kind: 'own',
              required: true,
              wide: true,
              hint: t('tariff.windowsHint'),
              control: <SchedulesEditor />,
            },
            { name: 'hasSurcharge', label: t('tariff.surcharge'), kind: 'switch', wide: true },
            ...(values['hasSurcharge'] === true ? steps : []),
          ]
        : kind === 'tiered'
          ? steps
          : [
              {
                name: 'price',
                label: `${t('tariff.price')} / ${unit}`,
                kind: 'text',
                required: true,
                pattern: DECIMAL,
                hint: t('tariff.decimalHint'),
              },
            ];
    return [
      {
        title: t('tariff.price'),
        fields: [
          {
            name: 'kind',
            label: t('tariff.kind'),
            kind: 'choice',
            required: true,
            options: labels.options('tariffKind'),
          },
          {
            name: 'fixedPerMonth',
            label: t('tariff.fixedPerMonth'),
            kind: 'text',
            pattern: DECIMAL,
            hint: t('tariff.fixedHint'),
          },
          ...own,
        ],
      },
    ];
  };
}
