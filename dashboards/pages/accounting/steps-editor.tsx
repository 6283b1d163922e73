import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { USUAL_STEPS } from './tariff-values.ts';
import type { Steps } from './tariff-values.ts';

/** Steps of a tiered price by rising edge, the last without one. A field of a form. */
export function StepsEditor(props: {
  id?: string;
  value?: Steps;
  unit: string;
  onChange?: (steps: Steps) => void;
}): JSX.Element {
  const { t } = useTranslation();
  const steps = props.value ?? USUAL_STEPS;
  const change = (at: number, part: Partial<Steps[number]>): void =>
    props.onChange?.(steps.map((step, index) => (index === at ? { ...step, ...part } : step)));
  return (
    <div id={props.id} role="group" aria-label={t('tariff.tiers')} className="steps-editor">
      {steps.map(({ upTo, price }, index) => (
        // Steps are told apart by their place alone.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={index} role="group" aria-label={t('tariff.step', { number: index + 1 })} className="step-row">
          <Input
            aria-label={t('tariff.upTo', { unit: props.unit })}
            disabled={upTo === null}
            inputMode="decimal"
            prefix={<span className="faint">{t('tariff.upTo', { unit: props.unit })}</span>}
            value={upTo === null ? t('tariff.upToOpen') : upTo}
            onChange={({ target }) => change(index, { upTo: target.value })}
          />
          <Input
            aria-label={t('tariff.price')}
            inputMode="decimal"
            prefix={<span className="faint">{t('tariff.price')}</span>}
            value={price}
            onChange={({ target }) => change(index, { price: target.value })}
          />
          <Button
            icon={<DeleteOutlined />}
            aria-label={t('tariff.dropStep', { number: index + 1 })}
            disabled={upTo === null}
            onClick={() => props.onChange?.(steps.filter((_, other) => other !== index))}
          />
        </div>
      ))}
      <Button
        size="small"
        icon={<PlusOutlined />}
        onClick={() => props.onChange?.([...steps.slice(0, -1), { upTo: '', price: '' }, ...steps.slice(-1)])}
      >
        {t('tariff.addStep')}
      </Button>
    </div>
  );
}
