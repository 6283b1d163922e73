import { Button, Dropdown } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { LifeEntry, MeterLifeAnswer } from '../../../services/api/schemas/meter-life.ts';
import type { Meter } from '../../../services/api/schemas/meter.ts';
import { useOne } from '../../api-client/use-one.ts';
import { FormDrawer } from '../../forms/form-drawer.tsx';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import { Panel } from '../../layout/panel.tsx';
import { useMayEdit } from '../../layout/use-may-edit.ts';
import { BeginningForm } from './beginning-form.tsx';
import { LifeForm } from './life-form.tsx';
import { LifeList } from './life-list.tsx';

const KINDS = ['installation', 'replacement', 'multiplier', 'move', 'removal'] as const;

/** What is being entered or corrected. */
type Edited = { kind: LifeEntry['kind']; entry?: LifeEntry } | 'beginning';

/** What happened to a meter, and entering, correcting and taking back of it. */
export function LifePanel({ meter }: { meter: Meter }): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const mayEdit = useMayEdit();
  const life = useOne<MeterLifeAnswer>(`/meters/${encodeURIComponent(meter.id)}/life`);
  const [edited, setEdited] = useState<Edited>();
  const close = (): void => setEdited(undefined);
  const title = (): string => {
    if (edited === undefined) return '';
    if (edited === 'beginning') return t('life.correctBeginning');
    const kind = labels.of('lifeKind', edited.kind);
    return t(edited.entry === undefined ? 'life.enterKind' : 'life.correctKind', { kind });
  };
  return (
    <Panel
      title={t('life.title')}
      className="span-12"
      flush
      extra={
        mayEdit && (
          <Dropdown
            trigger={['click']}
            menu={{
              items: KINDS.map((key) => ({ key, label: labels.of('lifeKind', key) })),
              onClick: ({ key }) => setEdited({ kind: key as LifeEntry['kind'] }),
            }}
          >
            <Button size="small" type="primary" data-testid="add-life">
              {t('life.add')}
            </Button>
          </Dropdown>
        )
      }
    >
      <p className="panel-note">{t('life.hint')}</p>
      <Await query={life} height={160}>
        {(data) => (
          <LifeList
            meter={meter}
            life={data}
            onCorrect={mayEdit ? (entry) => setEdited({ kind: entry.kind, entry }) : undefined}
            onCorrectBeginning={mayEdit ? () => setEdited('beginning') : undefined}
          />
        )}
      </Await>
      <FormDrawer open={edited !== undefined} size={640} title={title()} onClose={close}>
        {edited === 'beginning' && life.data !== undefined && (
          <BeginningForm meter={meter} beginning={life.data.beginning} onDone={close} />
        )}
        {edited !== undefined && edited !== 'beginning' && (
          <LifeForm meter={meter} kind={edited.kind} entry={edited.entry} onDone={close} />
        )}
      </FormDrawer>
    </Panel>
  );
}
