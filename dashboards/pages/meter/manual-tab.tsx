import { Button, Checkbox } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { ManualReading } from '../../../services/api/schemas/manual-reading.ts';
import type { Meter } from '../../../services/api/schemas/meter.ts';
import { apiUrl } from '../../api-client/request.ts';
import { usePaged } from '../../api-client/use-paged.ts';
import { FormDrawer } from '../../forms/form-drawer.tsx';
import { TakeBackButton } from '../../forms/take-back-button.tsx';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { ListPanel } from '../../layout/list-panel.tsx';
import { Panel } from '../../layout/panel.tsx';
import { MessageDrawer } from '../provenance/message-drawer.tsx';
import type { ReadingBehind } from '../provenance/reading-behind.ts';
import { ManualForm } from './manual-form.tsx';

/** Readings of a meter that people took, with their photographs; entering and taking back of them. */
export function ManualTab({ meter }: { meter: Meter }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const [isEntering, setEntering] = useState(false);
  const [withdrawn, setWithdrawn] = useState(false);
  const [photo, setPhoto] = useState<ReadingBehind>();
  const path = `/meters/${encodeURIComponent(meter.id)}/manual-readings`;
  const list = usePaged<ManualReading>(path, { withdrawn: String(withdrawn) });
  return (
    <Panel
      title={t('manual.title')}
      className="span-12"
      flush
      extra={
        <>
          <Checkbox checked={withdrawn} onChange={({ target }) => setWithdrawn(target.checked)}>
            {t('manual.showWithdrawn')}
          </Checkbox>
          <Button size="small" type="primary" data-testid="add-manual" onClick={() => setEntering(true)}>
            {t('manual.add')}
          </Button>
        </>
      }
    >
      <p className="panel-note">{t('manual.hint')}</p>
      <ListPanel<ManualReading>
        label={t('manual.title')}
        list={list}
        rowKey="id"
        testId="manual-row"
        empty={t('manual.none')}
        height={160}
        columns={[
          {
            title: t('manual.ts'),
            key: 'ts',
            render: (_, { ts }) => <span className="nowrap">{format.dateTime(ts)}</span>,
          },
          {
            title: t('manual.total'),
            key: 'total',
            align: 'right',
            render: (_, { total, unit }) => <span className="nowrap">{format.entered(total, unit)}</span>,
          },
          { title: t('manual.source'), key: 'source', render: (_, { source }) => labels.of('manualSource', source) },
          {
            title: t('manual.note'),
            key: 'note',
            responsive: ['md'],
            render: (_, { note }) => <span className="words">{note ?? t('common.none')}</span>,
          },
          {
            title: t('manual.photo'),
            key: 'photo',
            render: (_, reading) =>
              reading.photo === null ? (
                <span className="faint">{t('manual.noPhoto')}</span>
              ) : (
                <button
                  type="button"
                  className="photo-button"
                  aria-label={t('manual.showPhoto', { time: format.dateTime(reading.ts) })}
                  data-testid="show-photo"
                  onClick={() =>
                    setPhoto({
                      source: 'photo',
                      ts: reading.ts,
                      register: reading.total,
                      unit: reading.unit,
                      link: photoUrl(path, reading.id),
                    })
                  }
                >
                  <img src={photoUrl(path, reading.id)} alt="" loading="lazy" />
                </button>
              ),
          },
          {
            title: t('manual.enteredBy'),
            key: 'enteredBy',
            render: (_, { enteredBy, enteredAt, withdrawnBy, withdrawnAt }) => (
              <>
                {enteredBy ?? t('decision.someone')}
                <span className="under nowrap">{format.dateTime(enteredAt)}</span>
                {withdrawnAt !== null && (
                  <span className="tag ended">
                    {t('manual.withdrawn', {
                      user: withdrawnBy ?? t('decision.someone'),
                      time: format.dateTime(withdrawnAt),
                    })}
                  </span>
                )}
              </>
            ),
          },
          {
            title: t('form.actions'),
            key: 'actions',
            render: (_, { id, ts, withdrawnAt }) =>
              withdrawnAt === null && (
                <TakeBackButton
                  request={{ method: 'POST', path: `${path}/${encodeURIComponent(id)}/withdraw`, body: {} }}
                  text={t('manual.withdraw')}
                  ask={t('manual.withdrawAsk', { time: format.dateTime(ts) })}
                  hint={t('manual.withdrawHint')}
                  label={`${t('manual.withdraw')} ${format.dateTime(ts)}`}
                  testId="withdraw-manual"
                />
              ),
          },
        ]}
      />
      <FormDrawer open={isEntering} title={t('manual.add')} onClose={() => setEntering(false)}>
        <ManualForm meter={meter} path={path} onDone={() => setEntering(false)} />
      </FormDrawer>
      <MessageDrawer reading={photo} onClose={() => setPhoto(undefined)} />
    </Panel>
  );
}

function photoUrl(path: string, id: string): string {
  return apiUrl(`${path}/${encodeURIComponent(id)}/photo`);
}
