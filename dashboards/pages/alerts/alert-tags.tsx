import type { JSX } from 'react';

import { useLabels } from '../../i18n/use-labels.ts';

/** An alert's severity. */
export function SeverityTag(props: { severity: string }): JSX.Element {
  const labels = useLabels();
  return <span className={`tag ${props.severity}`}>{labels.of('severity', props.severity)}</span>;
}

/** Where an alert stands in its handling. */
export function StateTag(props: { state: string }): JSX.Element {
  const labels = useLabels();
  return <span className={`tag ${props.state}`}>{labels.of('alertState', props.state)}</span>;
}
