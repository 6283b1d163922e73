import { Segmented } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { useFormat } from '../i18n/use-format.ts';
import { hexOf, indentedJson, SHOWN_BYTES, textOf } from './payload-text.ts';
import './payload.css';

type View = 'json' | 'text' | 'hex';

/** The bytes of a message: as indented JSON or as text where they are that, and always in hexadecimal. */
export function PayloadView({ bytes }: { bytes: Uint8Array }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const text = textOf(bytes);
  // What was cut is no whole JSON any more.
  const json = text === undefined || bytes.length > SHOWN_BYTES ? undefined : indentedJson(text);
  const [chosen, setChosen] = useState<View>();
  const view = chosen ?? (json !== undefined ? 'json' : text !== undefined ? 'text' : 'hex');
  if (bytes.length === 0) return <p className="faint">{t('system.payloadEmpty')}</p>;
  return (
    <section aria-label={t('system.payload')} className="payload">
      <Segmented
        size="small"
        aria-label={t('system.payload')}
        value={view}
        onChange={setChosen}
        options={[
          { value: 'json' as const, label: t('system.asJson'), disabled: json === undefined },
          { value: 'text' as const, label: t('system.asText'), disabled: text === undefined },
          { value: 'hex' as const, label: t('system.asHex') },
        ]}
      />
      {/* Scrolled without a mouse. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} data-testid="payload" className={view}>
        {view === 'hex' ? hexOf(bytes) : view === 'json' ? json : text}
      </pre>
      {bytes.length > SHOWN_BYTES && (
        <p className="faint">
          {t('system.payloadCut', { shown: format.number(SHOWN_BYTES, 0), total: format.number(bytes.length, 0) })}
        </p>
      )}
    </section>
  );
}
