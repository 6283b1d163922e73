import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Overview } from '../../../services/api/schemas/overview.ts';
import { yearElapsed } from '../../api-client/local-date.ts';
import { useToday } from '../../api-client/use-health.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import type { Awaited } from '../../layout/await.tsx';
import { EmptyState } from '../../layout/empty-state.tsx';
import { Panel } from '../../layout/panel.tsx';
import { QuotaBar } from './quota-bar.tsx';

/** Every quota with the share of it that is used, the highest first. */
export function QuotaList(props: { query: Awaited<Overview> }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const today = useToday();
  return (
    <Panel title={t('overview.quotas')} className="span-4 wide-on-tablet" flush>
      <Await query={props.query} height={252}>
        {(data) =>
          data.quotas.length === 0 ? (
            <EmptyState text={t('overview.noQuotas')} />
          ) : (
            <>
              <p className="quota-hint">
                {t('overview.quotasHint')}
                {today?.startsWith(`${data.year}-`) === true &&
                  ` · ${t('overview.yearElapsed', { share: format.percent(yearElapsed(today)) })}`}
              </p>
              {/* A list that scrolls must be reachable by keyboard. */}
              {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
              <ul className="quota-list" tabIndex={0} aria-label={t('overview.quotas')} data-testid="quota-list">
                {data.quotas
                  .toSorted((a, b) => (b.ratio ?? -Infinity) - (a.ratio ?? -Infinity) || 0)
                  .map((quota) => (
                    <li key={`${quota.institutionId}/${quota.medium}`}>
                      <Link to={`/institutions/${encodeURIComponent(quota.institutionId)}`}>
                        <span className="quota-line">
                          <span className={`quota-medium ${quota.medium}`}>{labels.of('medium', quota.medium)}</span>
                          <span className="quota-name">{quota.institutionName}</span>
                          <b>{quota.ratio === null ? t('overview.noUse') : format.percent(quota.ratio)}</b>
                        </span>
                        {quota.ratio !== null && <QuotaBar ratio={quota.ratio} />}
                        {quota.ratio !== null && quota.monthsMissing > 0 && (
                          <span className="kpi-note">
                            {t('overview.quotaMonthsMissing', { count: quota.monthsMissing })}
                          </span>
                        )}
                      </Link>
                    </li>
                  ))}
              </ul>
            </>
          )
        }
      </Await>
    </Panel>
  );
}
