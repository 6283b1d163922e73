import { Select } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

/** Whether a list of the registry shows what stands, what has ended, or both. */
export function EndedSelect(props: { value: string | undefined; onChange: (value: string) => void }): JSX.Element {
  const { t } = useTranslation();
  return (
    <Select
      aria-label={t('list.state')}
      value={props.value ?? 'current'}
      options={(['current', 'ended', 'all'] as const).map((value) => ({ value, label: t(`list.${value}`) }))}
      onChange={(value) => props.onChange(value === 'current' ? '' : value)}
    />
  );
}

/** What the API is asked for a choice of {@link EndedSelect}. */
export function endedParam(value: string | undefined): string | undefined {
  if (value === 'all') return undefined;
  return String(value === 'ended');
}
