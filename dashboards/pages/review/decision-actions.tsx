import { App, Button, Input } from 'antd';
import { useId, useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Decision } from '../../../services/api/schemas/decision.ts';
import { ApiProblem } from '../../api-client/api-problem.ts';
import { useChange } from '../../api-client/use-change.ts';
import { useSession } from '../../api-client/use-session.ts';

const ACTIONS = ['approve', 'reject', 'withdraw', 'reverse'] as const;
type Action = (typeof ACTIONS)[number];
/** As the platform asks for it of a refusal. */
const NOTE_LEAST = 3;

/** What the session may do with a correction, with a note; and why it may not approve it. */
export function DecisionActions({ decision }: { decision: Decision }): JSX.Element {
  const { t } = useTranslation();
  const noteId = useId();
  const { message } = App.useApp();
  const session = useSession().data;
  const change = useChange();
  const [note, setNote] = useState('');
  const [problem, setProblem] = useState<string>();
  const allowed = ACTIONS.filter((action) => decision.may[action]);
  const whyNot = (): string | undefined => {
    if (decision.state === 'approved') return decision.may.reverse ? undefined : t('decision.notReversible');
    if (decision.may.approve) return undefined;
    if (decision.proposedBy === session?.username) return t('decision.ownProposal');
    return t(session?.role === 'institution' ? 'decision.notYours' : 'decision.beyondScope');
  };
  const reason = whyNot();

  const act = (action: Action): void => {
    const text = note.trim();
    if ((action === 'reject' || action === 'reverse') && text.length < NOTE_LEAST) {
      setProblem(t('decision.noteRequired'));
      return;
    }
    setProblem(undefined);
    change.mutate(
      {
        method: 'POST',
        path: `/decisions/${encodeURIComponent(decision.id)}/${action}`,
        body: text === '' ? {} : { note: text },
      },
      {
        onSuccess: () => void message.success(t(`decision.done.${action}`)),
        onError: (error) =>
          setProblem(error instanceof ApiProblem && error.detail !== '' ? error.detail : t('decision.failed')),
      },
    );
  };

  return (
    <div className="decision-actions">
      {reason !== undefined && (
        <p className="decision-why" data-testid="decision-why">
          {reason}
        </p>
      )}
      {allowed.length > 0 && (
        <>
          <label htmlFor={noteId}>
            {t(
              allowed.some((one) => one === 'reject' || one === 'reverse') ? 'decision.note' : 'decision.noteOptional',
            )}
          </label>
          <Input.TextArea
            id={noteId}
            rows={2}
            maxLength={1000}
            value={note}
            status={problem === undefined ? '' : 'error'}
            aria-describedby={problem === undefined ? undefined : `${noteId}-problem`}
            data-testid="decision-note"
            onChange={(event) => setNote(event.target.value)}
          />
          {problem !== undefined && (
            <p className="critical-text" role="alert" id={`${noteId}-problem`}>
              {problem}
            </p>
          )}
          <div className="row-buttons">
            {allowed.map((action) => (
              <Button
                key={action}
                type={action === 'approve' ? 'primary' : 'default'}
                danger={action === 'reject' || action === 'reverse'}
                loading={change.isPending && change.variables.path.endsWith(`/${action}`)}
                disabled={change.isPending}
                data-testid={`decision-${action}`}
                onClick={() => act(action)}
              >
                {t(`decision.${action}`)}
              </Button>
            ))}
          </div>
        </>
      )}
    </div>
  );
}
