import { Button, Input } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { ReadyMappingItem } from '../../../services/api/schemas/binding.ts';
import { parseMapping } from './mapping-text.ts';

/** The smallest mapping that says something, to begin from. */
const SAMPLE = {
  rules: [
    {
      address: '{address}',
      time: { path: 'ts', format: 'auto' },
      fields: [
        { path: 'energy.total', quantity: 'total', unit: 'kWh' },
        { path: 'power', quantity: 'rate', factor: 0.001 },
      ],
    },
  ],
};

/** A mapping as JSON, begun from a sample or from one of the platform's own; says at once where it is no JSON. */
export function MappingEditor(props: {
  id?: string;
  value?: string;
  onChange?: (text: string) => void;
  ready: readonly ReadyMappingItem[];
}): JSX.Element {
  const { t, i18n } = useTranslation();
  const language = i18n.language.startsWith('zh') ? 'zh' : 'en';
  const { value = '', onChange } = props;
  const begin = (mapping: unknown): void => onChange?.(JSON.stringify(mapping, null, 2));
  const wrong = wrongIn(value);
  return (
    <div className="mapping-editor">
      <div className="row-buttons">
        <Button size="small" onClick={() => begin(SAMPLE)}>
          {t('binding.sample')}
        </Button>
        {props.ready.map(({ format, mapping, ...names }) => (
          <Button key={format} size="small" onClick={() => begin(mapping)}>
            {t('binding.beginFrom', { name: names[language] })}
          </Button>
        ))}
      </div>
      <Input.TextArea
        id={props.id}
        className="code"
        spellCheck={false}
        autoSize={{ minRows: 10, maxRows: 28 }}
        value={value}
        status={wrong === undefined ? '' : 'error'}
        data-testid="mapping-text"
        onChange={({ target }) => onChange?.(target.value)}
      />
      {wrong !== undefined && (
        <p className="critical-text" role="status">
          {t('binding.notJson')} <span lang="en">{wrong}</span>
        </p>
      )}
    </div>
  );
}

function wrongIn(text: string): string | undefined {
  if (text.trim() === '') return undefined;
  try {
    parseMapping(text);
    return undefined;
  } catch (thrown) {
    return (thrown as { detail: string }).detail.replace(/^mapping: /, '');
  }
}
