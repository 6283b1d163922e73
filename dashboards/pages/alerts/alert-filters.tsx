import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { AlertFilter } from '../../api-client/use-alerts.ts';
import { useInstitutions } from '../../api-client/use-institutions.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { FilterSelect } from '../../layout/filter-select.tsx';

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
      <FilterSelect
        label={t('alerts.state')}
        testId="alert-filter-state"
        value={filter.state}
        options={STATES.map((value) => ({ value, label: labels.of('alertState', value) }))}
        onChange={(state) => onChange({ ...filter, state })}
      />
      <FilterSelect
        label={t('alerts.rule')}
        testId="alert-filter-rule"
        value={filter.rule}
        options={RULES.map((value) => ({ value, label: labels.of('rule', value) }))}
        onChange={(rule) => onChange({ ...filter, rule })}
      />
      <FilterSelect
        searched
        label={t('common.institution')}
        testId="alert-filter-institution"
        loading={institutions.isPending}
        value={filter.institution}
        options={institutions.data?.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(institution) => onChange({ ...filter, institution })}
      />
    </div>
  );
}
