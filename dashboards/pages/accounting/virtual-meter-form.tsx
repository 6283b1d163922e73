import type { TFunction } from 'i18next';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { VirtualMeter } from '../../../services/api/schemas/virtual-meter.ts';
import { useChange } from '../../api-client/use-change.ts';
import { EntryForm } from '../../forms/entry-form.tsx';
import type { Field } from '../../forms/field.ts';
import { changesOf, filledIn, textIn, type FormValues } from '../../forms/form-values.ts';
import { ID_PATTERN } from '../../forms/id-pattern.ts';
import { RegistrySelect } from '../../forms/registry-select.tsx';
import { TermsEditor } from './terms-editor.tsx';

/** Enters a virtual meter, or changes one. */
export function VirtualMeterForm(props: { virtual: VirtualMeter | undefined; onDone: () => void }): JSX.Element {
  const { t } = useTranslation();
  const change = useChange();
  const { virtual, onDone } = props;
  const initial: FormValues =
    virtual === undefined
      ? { terms: [{ factor: 1 }, { factor: -1 }] }
      : { name: virtual.name, terms: virtual.terms, endedOn: virtual.endedOn };
  const save = async (values: FormValues): Promise<void> => {
    if (virtual === undefined) {
      await change.mutateAsync({ method: 'POST', path: '/virtual-meters', body: filledIn(values) });
    } else {
      const body = changesOf(initial, values);
      if (Object.keys(body).length > 0) {
        await change.mutateAsync({
          method: 'PATCH',
          path: `/virtual-meters/${encodeURIComponent(virtual.id)}`,
          body,
        });
      }
    }
    onDone();
  };
  return (
    <EntryForm
      testId="virtual-form"
      submit={t(virtual === undefined ? 'form.enter' : 'form.save')}
      initial={initial}
      onSubmit={save}
      groups={(values) => [{ fields: fieldsOf(virtual, values, t) }]}
    />
  );
}

function fieldsOf(virtual: VirtualMeter | undefined, values: FormValues, t: TFunction): Field[] {
  const name: Field = { name: 'name', label: t('virtual.name'), kind: 'text', required: true };
  const terms: Field = {
    name: 'terms',
    label: t('virtual.terms'),
    kind: 'own',
    required: true,
    wide: true,
    hint: t('virtual.factorHint'),
    control: <TermsEditor institution={virtual?.institutionId ?? textIn(values, 'institutionId')} />,
  };
  if (virtual !== undefined) {
    return [
      name,
      { name: 'endedOn', label: t('virtual.endedOn'), kind: 'date', hint: t('virtual.endedOnHint') },
      terms,
    ];
  }
  return [
    {
      name: 'id',
      label: t('virtual.id'),
      kind: 'text',
      required: true,
      pattern: ID_PATTERN,
      hint: t('registry.idHint'),
    },
    name,
    {
      name: 'institutionId',
      label: t('virtual.institution'),
      kind: 'own',
      required: true,
      wide: true,
      control: <RegistrySelect of="/institutions" clearable={false} />,
    },
    terms,
  ];
}
