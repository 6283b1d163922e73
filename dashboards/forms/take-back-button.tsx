import { App, Button, Popconfirm } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { ApiProblem } from '../api-client/api-problem.ts';
import { useChange, type ChangeRequest } from '../api-client/use-change.ts';

/** Takes something out of the registry once it was asked for twice; says why where the platform refuses. */
export function TakeBackButton(props: {
  request: ChangeRequest;
  /** What happens, as a question. */
  ask: string;
  hint?: string;
  text?: string;
  /** What it is about, for whoever hears the button and does not see its row. */
  label: string;
  testId?: string;
  onDone?: () => void;
}): JSX.Element {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const change = useChange();
  return (
    <Popconfirm
      title={props.ask}
      description={props.hint}
      okText={t('form.yes')}
      cancelText={t('form.cancel')}
      okButtonProps={{ 'data-testid': 'take-back-confirm' }}
      onConfirm={() =>
        change.mutate(props.request, {
          onSuccess: () => {
            void message.success(t('form.done'));
            props.onDone?.();
          },
          onError: (error) =>
            void message.error(
              error instanceof ApiProblem && error.detail !== '' ? error.detail : t('state.unknown'),
              8,
            ),
        })
      }
    >
      <Button
        size="small"
        type="text"
        danger
        loading={change.isPending}
        aria-label={props.label}
        data-testid={props.testId}
      >
        {props.text ?? t('form.takeBack')}
      </Button>
    </Popconfirm>
  );
}
