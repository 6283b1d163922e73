import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Meter } from '../../../services/api/schemas/meter.ts';
import { useChange } from '../../api-client/use-change.ts';
import { EntryForm } from '../../forms/entry-form.tsx';
import { textIn, changesOf, type FormValues } from '../../forms/form-values.ts';
import { newMeterOf } from './new-meter-of.ts';
import { useMeterFields } from './use-meter-fields.tsx';

/** Enters a meter, or changes what of one has no date. */
export function MeterForm(props: { meter?: Meter; initial?: FormValues; onDone: (id: string) => void }): JSX.Element {
  const { t } = useTranslation();
  const change = useChange();
  const { meter } = props;
  const groups = useMeterFields({ isNew: meter === undefined });
  const initial: FormValues =
    meter === undefined
      ? {
          ownership: 'whole',
          multiplier: 1,
          expectedIntervalS: 900,
          direction: 'import',
          shares: [{ share: 1 }],
          ...props.initial,
        }
      : { ...meter };
  const save = async (values: FormValues): Promise<void> => {
    if (meter === undefined) {
      await change.mutateAsync({ method: 'POST', path: '/meters', body: newMeterOf(values) });
      props.onDone(textIn(values, 'id'));
      return;
    }
    const body = changesOf(initial, values);
    if (Object.keys(body).length > 0) {
      await change.mutateAsync({ method: 'PATCH', path: `/meters/${encodeURIComponent(meter.id)}`, body });
    }
    props.onDone(meter.id);
  };
  return (
    <EntryForm
      testId="meter-form"
      // The medium decides what is asked; it stands in no field of a meter that is there.
      groups={(values) => groups(meter === undefined ? values : { ...initial, ...values })}
      initial={initial}
      submit={t(meter === undefined ? 'form.enter' : 'form.save')}
      onSubmit={save}
    />
  );
}
