import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Institution } from '../../../services/api/schemas/institution.ts';
import { useChange } from '../../api-client/use-change.ts';
import { EntryForm } from '../../forms/entry-form.tsx';
import type { Field, FieldGroup } from '../../forms/field.ts';
import { textIn, changesOf, filledIn, type FormValues } from '../../forms/form-values.ts';
import { ID_PATTERN } from '../../forms/id-pattern.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { useRegionOptions } from './use-region-options.ts';

/** Enters an institution, or changes what of one has no date. */
export function InstitutionForm(props: { institution?: Institution; onDone: (id: string) => void }): JSX.Element {
  const { t } = useTranslation();
  const change = useChange();
  const groups = useGroups(props.institution === undefined);
  const { institution } = props;
  const initial: FormValues = institution === undefined ? {} : { ...institution };
  const save = async (values: FormValues): Promise<void> => {
    if (institution === undefined) {
      await change.mutateAsync({ method: 'POST', path: '/institutions', body: filledIn(values) });
      props.onDone(textIn(values, 'id'));
      return;
    }
    const body = changesOf(initial, values);
    if (Object.keys(body).length > 0) {
      await change.mutateAsync({ method: 'PATCH', path: `/institutions/${encodeURIComponent(institution.id)}`, body });
    }
    props.onDone(institution.id);
  };
  return (
    <EntryForm
      testId="institution-form"
      groups={groups}
      initial={initial}
      submit={t(institution === undefined ? 'form.enter' : 'form.save')}
      onSubmit={save}
    />
  );
}

function useGroups(isNew: boolean): FieldGroup[] {
  const { t } = useTranslation();
  const labels = useLabels();
  const regions = useRegionOptions();
  const identity: Field[] = [
    { name: 'name', label: t('registry.name'), kind: 'text', required: true },
    ...(isNew
      ? [
          {
            name: 'id',
            label: t('registry.id'),
            kind: 'text',
            required: true,
            hint: t('registry.idHint'),
            pattern: ID_PATTERN,
          } as const,
        ]
      : []),
    { name: 'type', label: t('registry.type'), kind: 'choice', required: true, options: labels.options('type') },
    { name: 'creditCode', label: t('registry.creditCode'), kind: 'text', hint: t('registry.creditCodeHint') },
    { name: 'regionCode', label: t('registry.region'), kind: 'choice', required: true, options: regions },
    {
      name: 'reportsTo',
      label: t('registry.reportsTo'),
      kind: 'choice',
      options: regions,
      required: !isNew,
      hint: t('registry.reportsToHint'),
    },
    { name: 'department', label: t('registry.department'), kind: 'text' },
    { name: 'liaison', label: t('registry.liaison'), kind: 'text' },
  ];
  const figures: Field[] = [
    { name: 'areaM2', label: t('attribute.areaM2'), kind: 'number', min: 1, unit: 'm²', required: true },
    { name: 'officeAreaM2', label: t('attribute.officeAreaM2'), kind: 'number', min: 1, unit: 'm²' },
    { name: 'headcount', label: t('attribute.headcount'), kind: 'number', min: 1, required: true },
    { name: 'establishment', label: t('attribute.establishment'), kind: 'number', min: 1 },
  ];
  if (isNew) return [{ fields: identity }, { title: t('registry.figures'), fields: figures }];
  return [
    {
      fields: [
        ...identity,
        { name: 'endedOn', label: t('registry.endedOnField'), kind: 'date', hint: t('registry.endedOnHint') },
      ],
    },
  ];
}
