import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Decision } from '../../../services/api/schemas/decision.ts';
import { useChange } from '../../api-client/use-change.ts';
import { EntryForm } from '../../forms/entry-form.tsx';
import type { Field, FieldGroup } from '../../forms/field.ts';
import { filledIn, textIn, type FormValues } from '../../forms/form-values.ts';
import { unitSign } from '../../i18n/format-number.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import type { DecisionDraft } from './decision-draft.ts';

/** What each kind asks for beside its time and reason. */
const ASKED: Record<Decision['kind'], readonly string[]> = {
  exclude: ['to'],
  accept: ['to'],
  value: ['to', 'register'],
  replacement: ['closingRegister', 'openingRegister'],
  reset: ['closingRegister', 'openingRegister'],
  multiplier: ['multiplier'],
};

/** Enters a correction of a meter's readings, to be approved by another person. */
export function DecisionForm(props: { draft: DecisionDraft; onDone: (decision: Decision) => void }): JSX.Element {
  const { t } = useTranslation();
  const change = useChange<Decision>();
  const groups = useGroups(props.draft);
  const save = async (values: FormValues): Promise<void> => {
    const { from, to, ...others } = filledIn(values);
    const decision = await change.mutateAsync({
      method: 'POST',
      path: '/decisions',
      body: { meterId: props.draft.meterId, ...others, ...instant('from', from), ...instant('to', to) },
    });
    props.onDone(decision);
  };
  return (
    <>
      <p className="form-hint">{t('decision.hint')}</p>
      <EntryForm
        testId="decision-form"
        groups={groups}
        initial={props.draft.values}
        submit={t('decision.submit')}
        onSubmit={save}
      />
    </>
  );
}

function instant(name: string, value: unknown): FormValues {
  return typeof value === 'string' ? { [name]: `${value}+08:00` } : {};
}

function useGroups({ registerUnit }: DecisionDraft): (values: FormValues) => FieldGroup[] {
  const { t } = useTranslation();
  const labels = useLabels();
  const unit = unitSign(registerUnit);
  return (values) => {
    const kind = textIn(values, 'kind') as Decision['kind'] | '';
    const asked = kind === '' ? [] : ASKED[kind];
    const more: Field[] = [
      {
        name: 'to',
        label: t('decision.to'),
        kind: 'second',
        required: kind !== 'value',
        hint: kind === 'value' ? t('decision.toHint') : undefined,
      },
      { name: 'register', label: t('decision.register'), kind: 'number', required: true, min: 0, unit },
      {
        name: 'closingRegister',
        label: t('decision.closingRegister'),
        kind: 'number',
        min: 0,
        unit,
      },
      {
        name: 'openingRegister',
        label: t('decision.openingRegister'),
        kind: 'number',
        min: 0,
        unit,
        hint: kind === 'reset' ? t('decision.openingHint') : undefined,
      },
      { name: 'multiplier', label: t('decision.multiplier'), kind: 'number', required: true },
    ];
    return [
      {
        fields: [
          {
            name: 'kind',
            label: t('decision.kind'),
            kind: 'choice',
            required: true,
            wide: true,
            options: labels.options('decisionKind'),
            hint: kind === '' ? undefined : t(`decision.kindHint.${kind}`),
          },
          {
            name: 'from',
            label: t(asked.includes('to') ? 'decision.from' : 'decision.at'),
            kind: 'second',
            required: true,
          },
          ...more.filter(({ name }) => asked.includes(name)),
          { name: 'reason', label: t('decision.reason'), kind: 'note', required: true, hint: t('decision.reasonHint') },
        ],
      },
    ];
  };
}
