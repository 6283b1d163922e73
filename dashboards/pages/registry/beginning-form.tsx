import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { MeterLifeAnswer } from '../../../services/api/schemas/meter-life.ts';
import type { Meter } from '../../../services/api/schemas/meter.ts';
import { useChange } from '../../api-client/use-change.ts';
import { EntryForm } from '../../forms/entry-form.tsx';
import { changesOf, type FormValues } from '../../forms/form-values.ts';
import { SharesEditor } from './shares-editor.tsx';
import { draftOf, writtenShares } from './written-shares.ts';

/** Corrects multiplier and shares that hold from a meter's beginning; later changes stand in its life. */
export function BeginningForm(props: {
  meter: Meter;
  beginning: MeterLifeAnswer['beginning'];
  onDone: () => void;
}): JSX.Element {
  const { t } = useTranslation();
  const change = useChange();
  const { meter, beginning } = props;
  const initial: FormValues = { multiplier: beginning.multiplier, shares: draftOf(beginning.shares) };
  const save = async (values: FormValues): Promise<void> => {
    const { shares, ...others } = changesOf(initial, values);
    const body = { ...others, ...(shares === undefined ? {} : { shares: writtenShares(shares) }) };
    if (Object.keys(body).length > 0) {
      await change.mutateAsync({ method: 'PATCH', path: `/meters/${encodeURIComponent(meter.id)}`, body });
    }
    props.onDone();
  };
  return (
    <>
      <p className="form-hint">{t('life.about.beginning')}</p>
      <EntryForm
        testId="beginning-form"
        initial={initial}
        submit={t('form.save')}
        onSubmit={save}
        groups={[
          {
            fields: [
              { name: 'multiplier', label: t('meter.multiplier'), kind: 'number', required: true },
              {
                name: 'shares',
                label: t('registry.shares'),
                kind: 'own',
                required: true,
                wide: true,
                control: <SharesEditor isElectricity={meter.medium === 'electricity'} />,
              },
            ],
          },
        ]}
      />
    </>
  );
}
