import { Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { QueryParams } from '../api-client/request.ts';
import { useOne } from '../api-client/use-one.ts';

interface Named {
  id: string;
  name: string;
}

type Place = '/institutions' | '/buildings' | '/zones' | '/meters' | '/collectors';

const SHOWN = 50;

/** Chooses one of the registry's by part of its name or id; the platform searches, so that thousands are no burden. */
export function RegistrySelect(props: {
  of: Place;
  /** Narrows what can be chosen. */
  params?: QueryParams;
  id?: string;
  value?: string | null;
  onChange?: (id: string | undefined) => void;
  label?: string;
  placeholder?: string;
  disabled?: boolean;
  clearable?: boolean;
  className?: string;
  testId?: string;
}): JSX.Element {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [isOpen, setOpen] = useState(false);
  const text = useDeferredValue(typed.trim());
  const { value } = props;
  const found = useOne<{ items: Named[] }>(isOpen ? props.of : undefined, {
    ...props.params,
    limit: SHOWN,
    text: text === '' ? undefined : text,
  });
  const chosen = useOne<Named>(value == null || value === '' ? undefined : `${props.of}/${encodeURIComponent(value)}`);
  const options = (found.data?.items ?? []).map(optionOf);
  if (value != null && value !== '' && !options.some((option) => option.value === value)) {
    options.unshift(optionOf(chosen.data ?? { id: value, name: value }));
  }
  return (
    <Select
      id={props.id}
      aria-label={props.label}
      placeholder={props.placeholder}
      className={props.className}
      data-testid={props.testId}
      disabled={props.disabled}
      allowClear={props.clearable !== false}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      loading={isOpen && found.isFetching}
      value={value == null || value === '' ? undefined : value}
      options={options}
      notFoundContent={found.isFetching ? t('state.loading') : t('form.nothingFound')}
      onOpenChange={(open) => {
        setOpen(open);
        if (!open) setTyped('');
      }}
      onChange={(id: string | undefined) => props.onChange?.(id)}
    />
  );
}

function optionOf({ id, name }: Named): { value: string; label: string } {
  return { value: id, label: name === '' || name === id ? id : `${name} (${id})` };
}
