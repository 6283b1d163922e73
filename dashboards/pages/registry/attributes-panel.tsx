import { Button, Table } from 'antd';
import type { TableColumnsType } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Attribute } from '../../../services/api/schemas/institution.ts';
import { useChange } from '../../api-client/use-change.ts';
import { useOne } from '../../api-client/use-one.ts';
import { EntryForm } from '../../forms/entry-form.tsx';
import { FormDrawer } from '../../forms/form-drawer.tsx';
import { textIn, type FormValues } from '../../forms/form-values.ts';
import { TakeBackButton } from '../../forms/take-back-button.tsx';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import { EmptyState } from '../../layout/empty-state.tsx';
import { Panel } from '../../layout/panel.tsx';
import { rowProps } from '../../layout/row-props.ts';
import { ScrollRegion } from '../../layout/scroll-region.tsx';
import { useMayEdit } from '../../layout/use-may-edit.ts';

/** From this day on holds what was entered with the institution itself. */
const BEGINNING = '1970-01-01';

/** The dated figures of an institution: each holds from its day until the next one of its kind. */
export function AttributesPanel({ institutionId }: { institutionId: string }): JSX.Element {
  const { t } = useTranslation();
  const mayEdit = useMayEdit();
  const path = `/institutions/${encodeURIComponent(institutionId)}/attributes`;
  const attributes = useOne<{ items: Attribute[] }>(path);
  const [edited, setEdited] = useState<Attribute | 'new'>();
  const columns = useColumns(path, mayEdit ? setEdited : undefined);
  return (
    <Panel
      title={t('registry.figures')}
      className="span-6 wide-on-tablet"
      flush
      extra={
        mayEdit && (
          <Button size="small" data-testid="add-figure" onClick={() => setEdited('new')}>
            {t('registry.addFigure')}
          </Button>
        )
      }
    >
      <p className="panel-note">{t('registry.figuresHint')}</p>
      <Await query={attributes} height={160}>
        {({ items }) => (
          <ScrollRegion label={t('registry.figures')}>
            <Table<Attribute>
              size="small"
              rowKey={({ name, validFrom }) => `${name} ${validFrom}`}
              columns={columns}
              dataSource={items}
              pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
              locale={{ emptyText: <EmptyState text={t('registry.noFigures')} /> }}
              onRow={() => rowProps('figure-row')}
            />
          </ScrollRegion>
        )}
      </Await>
      <FormDrawer
        open={edited !== undefined}
        size={440}
        title={t(edited === 'new' ? 'registry.addFigure' : 'registry.correctFigure')}
        onClose={() => setEdited(undefined)}
      >
        <FigureForm path={path} figure={edited === 'new' ? undefined : edited} onDone={() => setEdited(undefined)} />
      </FormDrawer>
    </Panel>
  );
}

function FigureForm(props: { path: string; figure: Attribute | undefined; onDone: () => void }): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const change = useChange();
  const { figure } = props;
  const save = async (values: FormValues): Promise<void> => {
    const { name = textIn(values, 'name'), validFrom = textIn(values, 'validFrom') } = figure ?? {};
    const at = `${props.path}/${name}/${validFrom}`;
    await change.mutateAsync({ method: 'PUT', path: at, body: { value: values['value'] } });
    props.onDone();
  };
  const isFixed = figure !== undefined;
  return (
    <EntryForm
      testId="figure-form"
      submit={t(isFixed ? 'form.save' : 'form.enter')}
      initial={figure === undefined ? {} : { ...figure }}
      onSubmit={save}
      groups={[
        {
          fields: [
            {
              name: 'name',
              label: t('registry.figure'),
              kind: 'choice',
              required: true,
              disabled: isFixed,
              wide: true,
              options: labels.options('attribute'),
            },
            { name: 'value', label: t('common.value'), kind: 'number', required: true },
            ...(isFixed
              ? []
              : [
                  {
                    name: 'validFrom',
                    label: t('registry.validFrom'),
                    kind: 'date',
                    required: true,
                    hint: t('registry.validFromHint'),
                  } as const,
                ]),
          ],
        },
      ]}
    />
  );
}

function useColumns(path: string, onEdit: ((figure: Attribute) => void) | undefined): TableColumnsType<Attribute> {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const words = ({ name, validFrom }: Attribute): string => `${labels.of('attribute', name)} ${validFrom}`;
  const columns: TableColumnsType<Attribute> = [
    { title: t('registry.figure'), key: 'name', render: (_, { name }) => labels.of('attribute', name) },
    {
      title: t('common.value'),
      key: 'value',
      align: 'right',
      render: (_, { name, value }) => `${format.entered(value)}${name.endsWith('M2') ? ' m²' : ''}`,
    },
    {
      title: t('registry.validFrom'),
      key: 'from',
      render: (_, { validFrom }) => (
        <span className="nowrap">{validFrom === BEGINNING ? t('registry.fromBeginning') : validFrom}</span>
      ),
    },
    {
      title: t('registry.validTo'),
      key: 'to',
      render: (_, { validTo }) => <span className="nowrap">{validTo ?? t('registry.untilNow')}</span>,
    },
  ];
  if (onEdit === undefined) return columns;
  return [
    ...columns,
    {
      title: t('form.actions'),
      key: 'actions',
      render: (_, figure) => (
        <div className="row-buttons">
          <Button size="small" aria-label={`${t('form.amend')} ${words(figure)}`} onClick={() => onEdit(figure)}>
            {t('form.amend')}
          </Button>
          <TakeBackButton
            request={{ method: 'DELETE', path: `${path}/${figure.name}/${figure.validFrom}` }}
            ask={t('registry.takeBackFigure')}
            hint={t('registry.takeBackFigureHint')}
            label={`${t('form.takeBack')} ${words(figure)}`}
          />
        </div>
      ),
    },
  ];
}
