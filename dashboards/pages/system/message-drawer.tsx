import { Drawer, Segmented } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { QuarantineItem } from '../../../services/api/schemas/quarantine.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { FactList } from '../../layout/fact-list.tsx';
import { bytesOf, hexOf, SHOWN_BYTES, textOf } from './payload-text.ts';
import { ReplayButtons } from './replay-buttons.tsx';

/** One message in quarantine with its bytes. */
export function MessageDrawer(props: { item: QuarantineItem | undefined; onClose: () => void }): JSX.Element {
  const { t } = useTranslation();
  const { item } = props;
  return (
    <Drawer
      open={item !== undefined}
      onClose={props.onClose}
      size={680}
      destroyOnHidden
      title={t('system.message')}
      data-testid="message-drawer"
    >
      {item !== undefined && <Message key={item.id} item={item} onReplay={props.onClose} />}
    </Drawer>
  );
}

function Message({ item, onReplay }: { item: QuarantineItem; onReplay: () => void }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const bytes = bytesOf(item.payload);
  return (
    <>
      <div className="alert-line">
        <span className="tag warning">{labels.of('quarantineReason', item.reason)}</span>
        <span className="faint">{format.dateTimeSeconds(item.receivedAt)}</span>
      </div>
      <p className="alert-sentence">{labels.of('quarantineAdvice', item.reason)}</p>
      <p className="message-found" data-testid="message-detail">
        {t('system.detail')}: <span lang="en">{item.detail}</span>
      </p>
      <FactList
        facts={[
          [t('system.topic'), item.topic],
          [t('system.collector'), item.collector],
          [t('system.meter'), item.meter],
          [t('system.address'), item.address],
          [t('system.item'), item.index === null ? t('system.whole') : t('system.index', { index: item.index + 1 })],
          [t('system.size'), t('system.bytes', { count: bytes.length })],
        ]}
      />
      <Payload bytes={bytes} />
      <ReplayButtons ids={[item.id]} single onRequested={onReplay} />
    </>
  );
}

function Payload({ bytes }: { bytes: Uint8Array }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const text = textOf(bytes);
  const [view, setView] = useState<'text' | 'hex'>(text === undefined ? 'hex' : 'text');
  if (bytes.length === 0) return <p className="faint">{t('system.payloadEmpty')}</p>;
  return (
    <section aria-label={t('system.payload')} className="payload">
      <Segmented
        size="small"
        aria-label={t('system.payload')}
        value={view}
        onChange={setView}
        options={[
          { value: 'text' as const, label: t('system.asText'), disabled: text === undefined },
          { value: 'hex' as const, label: t('system.asHex') },
        ]}
      />
      {/* Scrolled without a mouse. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} data-testid="payload" className={view}>
        {view === 'text' ? text : hexOf(bytes)}
      </pre>
      {bytes.length > SHOWN_BYTES && (
        <p className="faint">
          {t('system.payloadCut', { shown: format.number(SHOWN_BYTES, 0), total: format.number(bytes.length, 0) })}
        </p>
      )}
    </section>
  );
}
