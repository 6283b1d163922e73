import { App } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { ManualReading } from '../../../services/api/schemas/manual-reading.ts';
import type { Meter } from '../../../services/api/schemas/meter.ts';
import { wallTimeOf } from '../../api-client/local-date.ts';
import { useChange } from '../../api-client/use-change.ts';
import { usePlatformNow } from '../../api-client/use-health.ts';
import { EntryForm } from '../../forms/entry-form.tsx';
import { filledIn, type FormValues } from '../../forms/form-values.ts';
import { PhotoInput } from '../../forms/photo-input.tsx';
import { unitSign } from '../../i18n/format-number.ts';
import { useLabels } from '../../i18n/use-labels.ts';

/** Long enough to be read. */
const WARNING_S = 12;

/** Enters what somebody read off a meter, with a photograph where there is one. */
export function ManualForm(props: { meter: Meter; path: string; onDone: () => void }): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const { message } = App.useApp();
  const nowMs = usePlatformNow();
  const change = useChange<ManualReading & { warning: string | null }>();
  const { meter, path, onDone } = props;
  const save = async (values: FormValues): Promise<void> => {
    const { ts, photo, ...others } = filledIn(values);
    const { warning } = await change.mutateAsync({
      method: 'POST',
      path,
      body: {
        ...others,
        ...(typeof ts === 'string' ? { ts: `${ts}:00+08:00` } : {}),
        ...(typeof photo === 'string' ? { photo: photo.slice(photo.indexOf(',') + 1) } : {}),
      },
    });
    if (warning === null) void message.success(t('manual.saved'));
    else void message.warning(warning, WARNING_S);
    onDone();
  };
  return (
    <>
      <p className="form-hint">{t('manual.hint')}</p>
      <EntryForm
        testId="manual-form"
        submit={t('manual.add')}
        onSubmit={save}
        initial={{ ts: nowMs === undefined ? undefined : wallTimeOf(nowMs).slice(0, 16), source: 'visit' }}
        groups={[
          {
            fields: [
              { name: 'ts', label: t('manual.ts'), kind: 'instant', required: true },
              {
                name: 'total',
                label: t('manual.total'),
                kind: 'number',
                required: true,
                min: 0,
                unit: unitSign(meter.registerUnit),
              },
              {
                name: 'source',
                label: t('manual.source'),
                kind: 'choice',
                required: true,
                options: labels.options('manualSource'),
              },
              { name: 'note', label: t('manual.note'), kind: 'note', hint: t('manual.noteHint') },
              {
                name: 'photo',
                label: t('manual.photo'),
                kind: 'own',
                wide: true,
                hint: t('manual.photoHint'),
                control: <PhotoInput />,
              },
            ],
          },
        ]}
      />
    </>
  );
}
