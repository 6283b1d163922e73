import type { JSX } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Binding, ReadyMappingItem } from '../../../services/api/schemas/binding.ts';
import { useChange } from '../../api-client/use-change.ts';
import { useOne } from '../../api-client/use-one.ts';
import { EntryForm } from '../../forms/entry-form.tsx';
import { textIn, changesOf, filledIn, type FormValues } from '../../forms/form-values.ts';
import { BindingTry } from './binding-try.tsx';
import { parseMapping } from './mapping-text.ts';
import { useBindingFields } from './use-binding-fields.tsx';

/** Binds topics of another system, by a mapping of the platform's own or one that is written here; tries messages. */
export function BindingForm(props: { binding: Binding | undefined; onDone: () => void }): JSX.Element {
  const { t } = useTranslation();
  const change = useChange();
  const ready = useOne<{ items: ReadyMappingItem[] }>('/bindings/ready').data?.items ?? [];
  const groups = useBindingFields(ready, props.binding === undefined);
  const { binding } = props;
  const [initial] = useState<FormValues>(() => ({
    format: 'shelly-gen2',
    enabled: true,
    ...binding,
    mapping: binding?.mapping == null ? '' : JSON.stringify(binding.mapping, null, 2),
  }));
  const save = async (values: FormValues): Promise<void> => {
    const written = {
      ...values,
      mapping: values['format'] === 'mapping' ? parseMapping(textIn(values, 'mapping')) : null,
    };
    if (binding === undefined) {
      await change.mutateAsync({ method: 'POST', path: '/bindings', body: filledIn(written) });
    } else {
      const body = changesOf({ ...initial, mapping: binding.mapping }, written);
      const path = `/bindings/${encodeURIComponent(binding.id)}`;
      if (Object.keys(body).length > 0) await change.mutateAsync({ method: 'PATCH', path, body });
    }
    props.onDone();
  };
  const [tried, setTried] = useState<FormValues>(initial);
  return (
    <>
      <EntryForm
        testId="binding-form"
        initial={initial}
        submit={t(binding === undefined ? 'form.enter' : 'form.save')}
        onSubmit={save}
        onValues={setTried}
        groups={groups}
      />
      <BindingTry values={tried} example={ready.find(({ format }) => format === tried['format'])?.examples[0]} />
    </>
  );
}
