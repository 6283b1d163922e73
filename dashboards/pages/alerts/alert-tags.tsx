import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Alert } from '../../../services/api/schemas/alert.ts';
import { standingOf } from '../../api-client/alert-standing.ts';
import { useToday } from '../../api-client/use-health.ts';
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

/** What has become of an alert's cause; nothing where it holds. */
export function StandingTag(props: { alert: Alert }): JSX.Element | null {
  const { t } = useTranslation();
  const standing = standingOf(props.alert, useToday());
  return standing === 'current' ? null : <span className={`tag ${standing}`}>{t(`alerts.${standing}`)}</span>;
}
