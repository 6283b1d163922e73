import type { JSX } from 'react';
import { Link } from 'react-router';

import type { Alert } from '../../../services/api/schemas/alert.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { SeverityTag, StandingTag } from './alert-tags.tsx';
import { useAlertSubject } from './use-alert-subject.ts';
import './alerts.css';

/** Alerts in few lines each, leading to the inbox; for pages that are about something else. */
export function AlertList(props: { alerts: Alert[]; withInstitution: boolean }): JSX.Element {
  const format = useFormat();
  const labels = useLabels();
  const subjectOf = useAlertSubject();
  return (
    <ul className="alert-list">
      {props.alerts.map((alert) => (
        <li key={alert.id}>
          <Link to={`/alerts?alert=${encodeURIComponent(alert.id)}`} data-testid="alert-link">
            <span className="alert-line">
              <SeverityTag severity={alert.severity} />
              <strong>{labels.alert(alert)}</strong>
              <span className="faint alert-name">{subjectOf(alert)}</span>
              <span className="faint alert-when">{format.dateTime(alert.activeSince)}</span>
            </span>
            <span className="alert-line">
              {props.withInstitution && <span className="alert-name">{alert.institutionName}</span>}
              <StandingTag alert={alert} />
              <span className="alert-figure">
                {format.exact(alert.value, alert.unit)}{' '}
                <span className="faint">/ {format.exact(alert.limit, alert.unit)}</span>
              </span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
