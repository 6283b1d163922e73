import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { useHealth } from '../api-client/use-health.ts';
import { useFormat } from '../i18n/use-format.ts';

/** Whether the platform is well, with its clock and version. */
export function SystemState(): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, isError } = useHealth();
  const state = isError ? 'unreachable' : data?.status === 'degraded' ? 'degraded' : 'healthy';
  return (
    <div className={`system-state ${state}`}>
      <span className="system-line">
        <span className="system-dot" aria-hidden="true" />
        {t(`app.${state}`)}
      </span>
      {data !== undefined && (
        <span className="system-line faint">
          {format.dateTime(data.now)} · v{data.version}
        </span>
      )}
    </div>
  );
}
