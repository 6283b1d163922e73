import { Input, Select } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { QuarantineSummary } from '../../../services/api/schemas/quarantine.ts';
import type { QuarantineFilter } from '../../api-client/use-quarantine.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
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
        <Select
          allowClear
          aria-label={t('system.collector')}
          placeholder={t('system.collector')}
          data-testid="quarantine-collector"
          value={filter.collector}
          options={summary?.collectors
            .filter(({ collector }) => collector !== '')
            .map(({ collector, items }) => ({ value: collector, label: `${collector} (${format.number(items, 0)})` }))}
          onChange={(collector: string | undefined) => onChange({ ...filter, collector })}
        />
        <Input.Search
          key={`meter ${filter.meter ?? ''}`}
          allowClear
          className="filter-text"
          aria-label={t('system.meter')}
          placeholder={t('system.meter')}
          defaultValue={filter.meter}
          onSearch={(meter) => onChange({ ...filter, meter })}
        />
        <Input.Search
          key={`address ${filter.address ?? ''}`}
          allowClear
          className="filter-text"
          aria-label={t('system.address')}
          placeholder={t('system.address')}
          defaultValue={filter.address}
          onSearch={(address) => onChange({ ...filter, address })}
        />
        <Input.Search
          key={`topic ${filter.topic ?? ''}`}
          allowClear
          className="filter-text wide"
          aria-label={t('system.topicPrefix')}
          placeholder={t('system.topicPrefix')}
          defaultValue={filter.topic}
          onSearch={(topic) => onChange({ ...filter, topic })}
        />
      </div>
    </div>
  );
}
