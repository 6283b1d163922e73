import { Button } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Binding } from '../../../services/api/schemas/binding.ts';
import { usePaged } from '../../api-client/use-paged.ts';
import { FormDrawer } from '../../forms/form-drawer.tsx';
import { TakeBackButton } from '../../forms/take-back-button.tsx';
import { useLabels } from '../../i18n/use-labels.ts';
import { ListPanel } from '../../layout/list-panel.tsx';
import { Panel } from '../../layout/panel.tsx';
import { BindingForm } from './binding-form.tsx';

/** Topics of other systems that meters speak on: whose they are and how their payloads are read. */
export function BindingsTab(): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const [edited, setEdited] = useState<Binding | 'new'>();
  const list = usePaged<Binding>('/bindings', {});
  const close = (): void => setEdited(undefined);
  return (
    <Panel
      title={t('registry.tab.bindings')}
      flush
      extra={
        <Button type="primary" size="small" data-testid="add-binding" onClick={() => setEdited('new')}>
          {t('binding.add')}
        </Button>
      }
    >
      <p className="panel-note">{t('binding.hint')}</p>
      <ListPanel<Binding>
        label={t('registry.tab.bindings')}
        list={list}
        rowKey="id"
        testId="binding-row"
        empty={t('binding.none')}
        emptyHint={t('binding.noneHint')}
        columns={[
          {
            title: t('registry.id'),
            key: 'id',
            render: (_, binding) => (
              <button type="button" className="link-button code" onClick={() => setEdited(binding)}>
                {binding.id}
              </button>
            ),
          },
          { title: t('binding.topic'), key: 'topic', render: (_, { topic }) => <span className="code">{topic}</span> },
          {
            title: t('meter.collector'),
            key: 'collector',
            render: (_, { collectorId }) =>
              collectorId === null ? t('binding.namedByTopic') : <span className="code">{collectorId}</span>,
          },
          { title: t('registry.format'), key: 'format', render: (_, { format }) => labels.of('wireFormat', format) },
          {
            title: t('binding.enabled'),
            key: 'enabled',
            render: (_, { enabled }) => (
              <span className={enabled ? 'tag cleared' : 'tag'}>{t(enabled ? 'binding.on' : 'binding.off')}</span>
            ),
          },
          {
            title: t('form.actions'),
            key: 'actions',
            render: (_, binding) => (
              <div className="row-buttons">
                <Button
                  size="small"
                  aria-label={`${t('form.change')} ${binding.id}`}
                  onClick={() => setEdited(binding)}
                >
                  {t('form.change')}
                </Button>
                <TakeBackButton
                  request={{ method: 'DELETE', path: `/bindings/${encodeURIComponent(binding.id)}` }}
                  text={t('form.delete')}
                  ask={t('registry.deleteAsk', { name: binding.id })}
                  hint={t('binding.deleteHint')}
                  label={`${t('form.delete')} ${binding.id}`}
                />
              </div>
            ),
          },
        ]}
      />
      <FormDrawer
        open={edited !== undefined}
        size={720}
        title={t(edited === 'new' ? 'binding.add' : 'binding.change')}
        onClose={close}
      >
        <BindingForm binding={edited === 'new' ? undefined : edited} onDone={close} />
      </FormDrawer>
    </Panel>
  );
}
