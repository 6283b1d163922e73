import { Alert, Button, Input } from 'antd';
import { useId, useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { TriedResult } from '../../../services/api/schemas/binding.ts';
import { ApiProblem } from '../../api-client/api-problem.ts';
import { request } from '../../api-client/request.ts';
import { textIn, type FormValues } from '../../forms/form-values.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { parseMapping } from './mapping-text.ts';

/** Decodes a message as the binding that is being written would; nothing is stored. */
export function BindingTry(props: {
  values: FormValues;
  example: { topic: string; payload: unknown } | undefined;
}): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const [topicId, payloadId] = [useId(), useId()];
  const [topic, setTopic] = useState('');
  const [payload, setPayload] = useState('');
  const [result, setResult] = useState<TriedResult>();
  const [problem, setProblem] = useState<string>();
  const { values, example } = props;
  const attempt = async (): Promise<void> => {
    setProblem(undefined);
    setResult(undefined);
    try {
      const mapping = values['format'] === 'mapping' ? parseMapping(textIn(values, 'mapping')) : null;
      const pattern = typeof values['topic'] === 'string' && values['topic'] !== '' ? values['topic'] : undefined;
      const body = { topic, pattern, payload, format: values['format'], mapping };
      setResult(await request<TriedResult>('POST', '/bindings/try', { body }));
    } catch (thrown) {
      setProblem(thrown instanceof ApiProblem && thrown.detail !== '' ? thrown.detail : t('state.unknown'));
    }
  };
  return (
    <section className="binding-try" aria-label={t('binding.try')}>
      <h3 className="drawer-section">{t('binding.try')}</h3>
      <p className="form-hint">{t('binding.tryHint')}</p>
      <label htmlFor={topicId}>{t('binding.tryTopic')}</label>
      <Input id={topicId} value={topic} onChange={({ target }) => setTopic(target.value)} />
      <label htmlFor={payloadId}>{t('binding.tryPayload')}</label>
      <Input.TextArea
        id={payloadId}
        className="code"
        spellCheck={false}
        autoSize={{ minRows: 4, maxRows: 16 }}
        value={payload}
        onChange={({ target }) => setPayload(target.value)}
      />
      <div className="row-buttons">
        <Button disabled={topic === '' || payload === ''} data-testid="try-binding" onClick={() => void attempt()}>
          {t('binding.try')}
        </Button>
        {example !== undefined && (
          <Button
            type="link"
            onClick={() => {
              setTopic(example.topic);
              setPayload(JSON.stringify(example.payload, null, 2));
            }}
          >
            {t('binding.takeExample')}
          </Button>
        )}
      </div>
      {problem !== undefined && <Alert type="error" showIcon title={problem} />}
      {result !== undefined && (
        <div role="status" data-testid="tried">
          {result.readings.length + result.refused.length === 0 && <p>{t('binding.triedNothing')}</p>}
          <ul className="tried-list">
            {result.readings.map(({ meter, address, index, fields }) => (
              <li key={`reading ${index} ${address ?? meter ?? ''}`}>
                <strong>{t('binding.triedReading', { name: address ?? meter ?? t('common.none') })}</strong>
                <code>{JSON.stringify(fields)}</code>
              </li>
            ))}
            {result.refused.map(({ index, reason, detail }) => (
              <li key={`refused ${index} ${reason}`} className="critical-text">
                <strong>{labels.of('quarantineReason', reason)}</strong> <span lang="en">{detail}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}
