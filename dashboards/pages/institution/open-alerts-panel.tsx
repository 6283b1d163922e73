import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { currentFirst } from '../../api-client/alert-standing.ts';
import { useToday } from '../../api-client/use-health.ts';
import { useAlerts } from '../../api-client/use-alerts.ts';
import { Await } from '../../layout/await.tsx';
import { EmptyState } from '../../layout/empty-state.tsx';
import { Panel } from '../../layout/panel.tsx';
import { AlertList } from '../alerts/alert-list.tsx';

const SHOWN = 6;

/** The open alerts of an institution. */
export function OpenAlertsPanel(props: { id: string }): JSX.Element {
  const { t } = useTranslation();
  const today = useToday();
  const alerts = useAlerts({ state: 'open', institution: props.id });
  return (
    <Panel
      title={t('institution.openAlerts')}
      className="span-4 wide-on-tablet"
      flush
      extra={
        <Link to={`/alerts?state=open&institution=${encodeURIComponent(props.id)}`}>{t('overview.allAlerts')}</Link>
      }
    >
      <Await query={alerts} height={288}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState text={t('institution.noAlerts')} />
          ) : (
            <AlertList alerts={currentFirst(items, today).slice(0, SHOWN)} withInstitution={false} />
          )
        }
      </Await>
    </Panel>
  );
}
