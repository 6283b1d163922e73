import { Button } from 'antd';
import type { TableColumnsType } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { usePaged } from '../../api-client/use-paged.ts';
import type { Field } from '../../forms/field.ts';
import { FormDrawer } from '../../forms/form-drawer.tsx';
import { TakeBackButton } from '../../forms/take-back-button.tsx';
import { EndedSelect, endedParam } from '../../layout/ended-select.tsx';
import { ListPanel } from '../../layout/list-panel.tsx';
import { Panel } from '../../layout/panel.tsx';
import { SearchBox } from '../../layout/search-box.tsx';
import { useMayEdit } from '../../layout/use-may-edit.ts';
import { PlaceForm } from './place-form.tsx';

interface Place {
  id: string;
  name: string;
  institutionId: string;
  endedOn: string | null;
}

/** Buildings or zones: of an institution, or of all in scope; entered, changed and taken out in a drawer. */
export function PlaceTable<T extends Place>(props: {
  of: 'buildings' | 'zones';
  institutionId?: string | undefined;
  className?: string;
  columns: TableColumnsType<T>;
  /** What is asked beside the name, of a place of an institution. */
  fields: (institutionId: string | undefined) => Field[];
}): JSX.Element {
  const { t } = useTranslation();
  const mayEdit = useMayEdit();
  const [text, setText] = useState('');
  const [ended, setEnded] = useState('');
  const [edited, setEdited] = useState<T | 'new'>();
  const { of, institutionId } = props;
  const list = usePaged<T>(`/${of}`, {
    institution: institutionId,
    text: text === '' ? undefined : text,
    ended: endedParam(ended === '' ? undefined : ended),
  });
  const close = (): void => setEdited(undefined);
  return (
    <Panel
      title={t(`registry.${of}`)}
      className={props.className ?? 'span-12'}
      flush
      extra={
        mayEdit && (
          <Button size="small" data-testid={`add-${of}`} onClick={() => setEdited('new')}>
            {t(`registry.add_${of}`)}
          </Button>
        )
      }
    >
      <ListPanel<T>
        label={t(`registry.${of}`)}
        list={list}
        rowKey="id"
        testId={`${of}-row`}
        height={160}
        empty={t(`registry.none_${of}`)}
        filters={
          <>
            <SearchBox label={t('registry.search')} value={text} onSearch={(given) => setText(given.trim())} />
            <EndedSelect value={ended === '' ? undefined : ended} onChange={setEnded} />
          </>
        }
        columns={[
          {
            title: t('registry.name'),
            key: 'name',
            render: (_, { name, endedOn }: T) => (
              <>
                {name}
                {endedOn !== null && <span className="tag ended">{t('registry.endedOn', { date: endedOn })}</span>}
              </>
            ),
          },
          { title: t('registry.id'), key: 'id', render: (_, { id }: T) => <span className="code">{id}</span> },
          ...props.columns,
          ...(mayEdit ? [actionsOf<T>(of, t('form.actions'), t('form.change'), setEdited)] : []),
        ]}
      />
      <FormDrawer
        open={edited !== undefined}
        title={t(edited === 'new' ? `registry.add_${of}` : `registry.change_${of}`)}
        onClose={close}
      >
        <PlaceForm
          of={of}
          place={edited === 'new' ? undefined : edited}
          institutionId={institutionId}
          fields={props.fields}
          onDone={close}
        />
      </FormDrawer>
    </Panel>
  );
}

function actionsOf<T extends Place>(
  of: 'buildings' | 'zones',
  title: string,
  changeText: string,
  onEdit: (place: T) => void,
): TableColumnsType<T>[number] {
  return {
    title,
    key: 'actions',
    render: (_, place: T) => (
      <div className="row-buttons">
        <Button size="small" aria-label={`${changeText} ${place.name}`} onClick={() => onEdit(place)}>
          {changeText}
        </Button>
        <DeletePlace of={of} place={place} />
      </div>
    ),
  };
}

function DeletePlace({ of, place }: { of: 'buildings' | 'zones'; place: Place }): JSX.Element {
  const { t } = useTranslation();
  return (
    <TakeBackButton
      request={{ method: 'DELETE', path: `/${of}/${encodeURIComponent(place.id)}` }}
      text={t('form.delete')}
      ask={t('registry.deleteAsk', { name: place.name })}
      hint={t('registry.deleteHint')}
      label={`${t('form.delete')} ${place.name}`}
    />
  );
}
