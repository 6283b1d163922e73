import { App } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import type { Decision } from '../../../services/api/schemas/decision.ts';
import { FormDrawer } from '../../forms/form-drawer.tsx';
import type { DecisionDraft } from './decision-draft.ts';
import { DecisionForm } from './decision-form.tsx';

/** Proposes a correction beside the page it was found on, and leads to what it would change. */
export function DecisionDrawer(props: { draft: DecisionDraft | undefined; onClose: () => void }): JSX.Element {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const { draft, onClose } = props;
  const done = ({ id }: Decision): void => {
    onClose();
    void message.success(t('decision.proposed'));
    void navigate(`/review/decisions/${encodeURIComponent(id)}`);
  };
  return (
    <FormDrawer
      open={draft !== undefined}
      size={620}
      title={
        draft === undefined
          ? ''
          : t('decision.proposeFor', { what: draft.meterName === '' ? draft.meterId : draft.meterName })
      }
      onClose={onClose}
    >
      {draft !== undefined && <DecisionForm draft={draft} onDone={done} />}
    </FormDrawer>
  );
}
