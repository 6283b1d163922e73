import { App, Button, Input } from 'antd';
import { useId, useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Alert } from '../../../services/api/schemas/alert.ts';
import { useAcknowledge } from '../../api-client/use-alerts.ts';
import { useFormat } from '../../i18n/use-format.ts';

/** Takes note of an open alert; of another one it says who did, and when. */
export function AcknowledgeForm(props: { alert: Alert }): JSX.Element | null {
  const { t } = useTranslation();
  const format = useFormat();
  const noteId = useId();
  const [note, setNote] = useState('');
  const { message } = App.useApp();
  const acknowledge = useAcknowledge();
  const { alert } = props;

  if (alert.acknowledgedBy !== null && alert.acknowledgedAt !== null)
    return (
      <p className="faint" data-testid="alert-acknowledged">
        {t('alerts.acknowledgedBy', { user: alert.acknowledgedBy, time: format.dateTime(alert.acknowledgedAt) })}
      </p>
    );
  if (alert.state !== 'open') return null;
  return (
    <div className="acknowledge-form">
      <label htmlFor={noteId}>{t('alerts.note')}</label>
      <Input.TextArea
        id={noteId}
        rows={2}
        maxLength={1000}
        value={note}
        placeholder={t('alerts.notePlaceholder')}
        data-testid="alert-note"
        onChange={(event) => setNote(event.target.value)}
      />
      <Button
        type="primary"
        loading={acknowledge.isPending}
        data-testid="alert-acknowledge"
        onClick={() =>
          acknowledge.mutate(
            { id: alert.id, note: note.trim() },
            {
              onSuccess: () => void message.success(t('alerts.acknowledged')),
              onError: () => void message.error(t('alerts.acknowledgeFailed')),
            },
          )
        }
      >
        {t('alerts.acknowledge')}
      </Button>
    </div>
  );
}
