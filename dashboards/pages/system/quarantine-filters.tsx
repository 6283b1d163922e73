import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { QuarantineSummary } from '../../../services/api/schemas/quarantine.ts';
import type { QuarantineFilter } from '../../api-client/use-quarantine.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { FilterSelect } from '../../layout/filter-select.tsx';
import { SearchBox } from '../../layout/search-box.tsx';
import '../alerts/alerts.css';

/** Narrows quarantine by reason, with how much there is of each, and by collector, meter, address and topic. */
export function QuarantineFilters(props: {
  filter: QuarantineFilter;
  summary: QuarantineSummary | undefined;
  onChange: (filter: QuarantineFilter) => void;
}): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const { filter, summary, onChange } = props;
  const reasons = [{ reason: undefined, items: summary?.items ?? 0 }, ...(summary?.reasons ?? [])];
  return (
    <div className="quarantine-filters">
      <div className="reason-chips" role="group" aria-label={t('system.reason')}>
        {reasons.map(({ reason, items }) => (
          <button
            key={reason ?? ''}
            type="button"
            className="reason-chip"
            aria-pressed={filter.reason === reason}
            data-testid={`reason-${reason ?? 'all'}`}
            onClick={() => onChange({ ...filter, reason })}
          >
            {reason === undefined ? t('system.allReasons') : labels.of('quarantineReason', reason)}{' '}
            <b>{format.number(items, 0)}</b>
          </button>
        ))}
      </div>
      <div className="filters">
        <FilterSelect
          label={t('system.collector')}
          testId="quarantine-collector"
          value={filter.collector}
          options={summary?.collectors
            .filter(({ collector }) => collector !== '')
            .map(({ collector, items }) => ({ value: collector, label: `${collector} (${format.number(items, 0)})` }))}
          onChange={(collector) => onChange({ ...filter, collector })}
        />
        <SearchBox
          label={t('system.meter')}
          value={filter.meter}
          onSearch={(meter) => onChange({ ...filter, meter })}
        />
        <SearchBox
          label={t('system.address')}
          value={filter.address}
          onSearch={(address) => onChange({ ...filter, address })}
        />
        <SearchBox
          wide
          label={t('system.topicPrefix')}
          value={filter.topic}
          onSearch={(topic) => onChange({ ...filter, topic })}
        />
      </div>
    </div>
  );
}
