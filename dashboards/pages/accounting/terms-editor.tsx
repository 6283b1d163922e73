import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, InputNumber } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { RegistrySelect } from '../../forms/registry-select.tsx';

/** A term as it is being entered. */
export interface TermDraft {
  meterId?: string | undefined;
  factor?: number | null;
}

/** The meters of a sum, each with its factor. A field of a form. */
export function TermsEditor(props: {
  id?: string;
  value?: TermDraft[];
  institution: string;
  onChange?: (terms: TermDraft[]) => void;
}): JSX.Element {
  const { t } = useTranslation();
  const terms = props.value ?? [];
  const change = (at: number, part: TermDraft): void =>
    props.onChange?.(terms.map((term, index) => (index === at ? { ...term, ...part } : term)));
  return (
    <div id={props.id} role="group" aria-label={t('virtual.terms')} className="steps-editor">
      {terms.map((term, index) => (
        // Terms may not have a meter yet: their place tells them apart.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={index} role="group" aria-label={t('virtual.term', { number: index + 1 })} className="term-row">
          <InputNumber
            aria-label={t('virtual.factor')}
            value={term.factor ?? null}
            onChange={(factor) => change(index, { factor })}
          />
          <span aria-hidden="true">×</span>
          <RegistrySelect
            of="/meters"
            label={t('balance.meter')}
            placeholder={t('balance.meter')}
            params={{ institution: props.institution === '' ? undefined : props.institution }}
            value={term.meterId}
            onChange={(meterId) => change(index, { meterId })}
          />
          <Button
            icon={<DeleteOutlined />}
            aria-label={t('virtual.dropTerm', { number: index + 1 })}
            disabled={terms.length === 1}
            onClick={() => props.onChange?.(terms.filter((_, other) => other !== index))}
          />
        </div>
      ))}
      <Button size="small" icon={<PlusOutlined />} onClick={() => props.onChange?.([...terms, { factor: 1 }])}>
        {t('virtual.addTerm')}
      </Button>
    </div>
  );
}
