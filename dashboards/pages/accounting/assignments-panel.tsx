import { Button } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { TariffAssignment, TariffItem } from '../../../services/api/schemas/tariff.ts';
import { useChange } from '../../api-client/use-change.ts';
import { useOne } from '../../api-client/use-one.ts';
import { EntryForm } from '../../forms/entry-form.tsx';
import { FormDrawer } from '../../forms/form-drawer.tsx';
import { textIn } from '../../forms/form-values.ts';
import type { FormValues } from '../../forms/form-values.ts';
import { RegistrySelect } from '../../forms/registry-select.tsx';
import { TakeBackButton } from '../../forms/take-back-button.tsx';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import { EmptyState } from '../../layout/empty-state.tsx';
import { Panel } from '../../layout/panel.tsx';
import { ScrollRegion } from '../../layout/scroll-region.tsx';
import { useMayEdit } from '../../layout/use-may-edit.ts';
import { InstitutionName } from '../registry/institution-name.tsx';

/** Who pays by which tariff, from which day on. */
export function AssignmentsPanel({ tariffs }: { tariffs: TariffItem[] }): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const mayEdit = useMayEdit();
  const assignments = useOne<{ items: TariffAssignment[] }>('/tariff-assignments');
  const [isAssigning, setAssigning] = useState(false);
  const nameOf = (id: string): string => tariffs.find((tariff) => tariff.id === id)?.name ?? id;
  return (
    <Panel
      title={t('tariff.assignments')}
      className="accounting-panel"
      flush
      extra={
        mayEdit && (
          <Button size="small" data-testid="assign-tariff" onClick={() => setAssigning(true)}>
            {t('tariff.assign')}
          </Button>
        )
      }
    >
      <p className="panel-note">{t('tariff.assignmentsHint')}</p>
      <Await query={assignments} height={100}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState text={t('tariff.noAssignments')} height={64} />
          ) : (
            <ScrollRegion label={t('tariff.assignments')}>
              <table className="plain-table">
                <thead>
                  <tr>
                    <th scope="col">{t('tariff.whose')}</th>
                    <th scope="col">{t('common.medium')}</th>
                    <th scope="col">{t('tariff.tariff')}</th>
                    <th scope="col">{t('tariff.validFrom')}</th>
                    {mayEdit && <th scope="col">{t('form.actions')}</th>}
                  </tr>
                </thead>
                <tbody>
                  {items.map(({ institutionId, medium, validFrom, tariffId }) => (
                    <tr key={`${institutionId ?? ''} ${medium} ${validFrom}`} data-testid="assignment-row">
                      <th scope="row">
                        {institutionId === null ? t('tariff.city') : <InstitutionName id={institutionId} />}
                      </th>
                      <td>{labels.of('mediumLong', medium)}</td>
                      <td>{nameOf(tariffId)}</td>
                      <td className="nowrap">{validFrom}</td>
                      {mayEdit && (
                        <td>
                          <TakeBackButton
                            request={{
                              method: 'DELETE',
                              path: `/tariff-assignments/${medium}/${validFrom}`,
                              params: { institution: institutionId ?? undefined },
                            }}
                            ask={t('tariff.takeBackAssignment', { date: validFrom })}
                            hint={t('tariff.takeBackAssignmentHint')}
                            label={`${t('form.takeBack')} ${nameOf(tariffId)} ${validFrom}`}
                          />
                        </td>
                      )}
                    </tr>
                  ))}
                </tbody>
              </table>
            </ScrollRegion>
          )
        }
      </Await>
      <FormDrawer open={isAssigning} title={t('tariff.assign')} onClose={() => setAssigning(false)}>
        <AssignForm tariffs={tariffs} onDone={() => setAssigning(false)} />
      </FormDrawer>
    </Panel>
  );
}

function AssignForm(props: { tariffs: TariffItem[]; onDone: () => void }): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const change = useChange();
  const { tariffs, onDone } = props;
  const save = async (values: FormValues): Promise<void> => {
    const tariffId = textIn(values, 'tariffId');
    const medium = tariffs.find(({ id }) => id === tariffId)?.medium ?? '';
    await change.mutateAsync({
      method: 'PUT',
      path: `/tariff-assignments/${medium}/${textIn(values, 'validFrom')}`,
      params: { institution: textIn(values, 'institution') === '' ? undefined : textIn(values, 'institution') },
      body: { tariffId },
    });
    onDone();
  };
  return (
    <EntryForm
      testId="assign-form"
      submit={t('tariff.assign')}
      onSubmit={save}
      groups={[
        {
          fields: [
            {
              name: 'tariffId',
              label: t('tariff.tariff'),
              kind: 'choice',
              required: true,
              wide: true,
              options: tariffs.map(({ id, name, medium }) => ({
                value: id,
                label: `${name} · ${labels.of('mediumLong', medium)}`,
              })),
            },
            {
              name: 'institution',
              label: t('tariff.whose'),
              kind: 'own',
              wide: true,
              control: <RegistrySelect of="/institutions" placeholder={t('tariff.city')} />,
            },
            { name: 'validFrom', label: t('tariff.validFrom'), kind: 'date', required: true },
          ],
        },
      ]}
    />
  );
}
