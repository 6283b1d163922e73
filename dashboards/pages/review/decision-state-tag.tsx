import type { JSX } from 'react';

import type { Decision } from '../../../services/api/schemas/decision.ts';
import { useLabels } from '../../i18n/use-labels.ts';

const TONES: Record<Decision['state'], string> = {
  proposed: 'warning',
  approved: 'cleared',
  rejected: 'open',
  withdrawn: '',
  reversed: '',
};

/** How far a correction has come. */
export function DecisionStateTag({ state }: { state: Decision['state'] }): JSX.Element {
  const labels = useLabels();
  return <span className={`tag ${TONES[state]}`}>{labels.of('decisionState', state)}</span>;
}
