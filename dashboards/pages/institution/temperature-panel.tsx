import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { useAlerts } from '../../api-client/use-alerts.ts';
import { useMeters } from '../../api-client/use-meters.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import { EmptyState } from '../../layout/empty-state.tsx';
import { Panel } from '../../layout/panel.tsx';

/** Temperature points with their latest values; marked where a thermostat alert is open. */
export function TemperaturePanel(props: { id: string }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const meters = useMeters(props.id);
  const alerts = useAlerts({ state: 'open', institution: props.id });
  const inBreach = new Set(alerts.data?.filter(({ rule }) => rule === 'thermostat').map(({ subject }) => subject));
  return (
    <Panel title={t('institution.temperature')} className="span-4 wide-on-tablet" flush>
      <Await query={meters} height={200}>
        {(all) => {
          const points = all.filter(({ medium }) => medium === 'temperature');
          if (points.length === 0) return <EmptyState text={t('institution.noTemperature')} />;
          return (
            <ul className="point-list">
              {points.map((point) => (
                <li key={point.id}>
                  <Link to={`/meters/${encodeURIComponent(point.id)}`}>
                    <span>
                      {point.name}
                      <small>
                        {point.measures !== null && labels.of('measures', point.measures)}
                        {point.zoneKind !== null && ` · ${labels.of('zoneKind', point.zoneKind)}`}
                        {point.latest !== null && ` · ${format.dateTime(point.latest.ts).slice(5)}`}
                      </small>
                    </span>
                    {inBreach.has(point.id) && <span className="tag warning">{t('institution.inBreach')}</span>}
                    <b>{format.exact(point.latest?.value, '°C', 1)}</b>
                  </Link>
                </li>
              ))}
            </ul>
          );
        }}
      </Await>
    </Panel>
  );
}
