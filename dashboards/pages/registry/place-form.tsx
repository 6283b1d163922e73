import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { useChange } from '../../api-client/use-change.ts';
import { EntryForm } from '../../forms/entry-form.tsx';
import type { Field } from '../../forms/field.ts';
import { ID_PATTERN } from '../../forms/id-pattern.ts';
import { changesOf, filledIn, type FormValues } from '../../forms/form-values.ts';
import { RegistrySelect } from '../../forms/registry-select.tsx';

/** Enters a building or zone, or changes one: its name and end, and the fields of its own. */
export function PlaceForm(props: {
  of: 'buildings' | 'zones';
  place: ({ id: string; institutionId: string } & object) | undefined;
  /** Whose it will be; asked for where undefined. */
  institutionId: string | undefined;
  fields: (institutionId: string | undefined) => Field[];
  onDone: () => void;
}): JSX.Element {
  const { t } = useTranslation();
  const change = useChange();
  const { of, place } = props;
  const isNew = place === undefined;
  const initial: FormValues = place === undefined ? { institutionId: props.institutionId } : { ...place };
  const save = async (values: FormValues): Promise<void> => {
    if (place === undefined) {
      const body = filledIn({ institutionId: props.institutionId, ...values });
      await change.mutateAsync({ method: 'POST', path: `/${of}`, body });
    } else {
      const body = changesOf(initial, values);
      const path = `/${of}/${encodeURIComponent(place.id)}`;
      if (Object.keys(body).length > 0) await change.mutateAsync({ method: 'PATCH', path, body });
    }
    props.onDone();
  };
  const own: Field = {
    name: 'institutionId',
    label: t('common.institution'),
    kind: 'own',
    required: true,
    wide: true,
    control: <RegistrySelect of="/institutions" />,
  };
  return (
    <EntryForm
      testId={`${of}-form`}
      initial={initial}
      submit={t(isNew ? 'form.enter' : 'form.save')}
      onSubmit={save}
      groups={({ institutionId }) => {
        const owner = place?.institutionId ?? props.institutionId ?? (institutionId as string | undefined);
        return [
          {
            fields: [
              ...(isNew && props.institutionId === undefined ? [own] : []),
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
              ...props.fields(owner),
              ...(isNew
                ? []
                : [
                    {
                      name: 'endedOn',
                      label: t('registry.endedOnField'),
                      kind: 'date',
                      hint: t('registry.endedOnHint'),
                    } as const,
                  ]),
            ],
          },
        ];
      }}
    />
  );
}
