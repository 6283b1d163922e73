import { Drawer } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { QuarantineItem } from '../../../services/api/schemas/quarantine.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { FactList } from '../../layout/fact-list.tsx';
import { bytesOf } from '../../payload/payload-text.ts';
import { PayloadView } from '../../payload/payload-view.tsx';
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
      <PayloadView bytes={bytes} />
      <ReplayButtons ids={[item.id]} single onRequested={onReplay} />
    </>
  );
}
