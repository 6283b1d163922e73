import { Select } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { AlertFilter } from '../../api-client/use-alerts.ts';
import { useInstitutions } from '../../api-client/use-institutions.ts';
import { useLabels } from '../../i18n/use-labels.ts';

const STATES = ['open', 'acknowledged', 'closed'];
const RULES = ['quota', 'off-hours', 'thermostat'];

/** Narrows the inbox by state, rule and institution. */
export function AlertFilters(props: { filter: AlertFilter; onChange: (filter: AlertFilter) => void }): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const institutions = useInstitutions();
  const { filter, onChange } = props;
  return (
    <div className="filters">
      <Select
        allowClear
        aria-label={t('alerts.state')}
        placeholder={t('alerts.state')}
        data-testid="alert-filter-state"
        value={filter.state}
        options={STATES.map((value) => ({ value, label: labels.of('alertState', value) }))}
        onChange={(state: string | undefined) => onChange({ ...filter, state })}
      />
      <Select
        allowClear
        aria-label={t('alerts.rule')}
        placeholder={t('alerts.rule')}
        data-testid="alert-filter-rule"
        value={filter.rule}
        options={RULES.map((value) => ({ value, label: labels.of('rule', value) }))}
        onChange={(rule: string | undefined) => onChange({ ...filter, rule })}
      />
      <Select
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        className="wide"
        aria-label={t('common.institution')}
        placeholder={t('common.institution')}
        data-testid="alert-filter-institution"
        loading={institutions.isPending}
        value={filter.institution}
        options={institutions.data?.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(institution: string | undefined) => onChange({ ...filter, institution })}
      />
    </div>
  );
}
