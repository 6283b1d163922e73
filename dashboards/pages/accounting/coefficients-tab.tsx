import { Button } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { CoefficientSetItem } from '../../../services/api/schemas/coefficient.ts';
import { useChange } from '../../api-client/use-change.ts';
import { useOne } from '../../api-client/use-one.ts';
import { EntryForm } from '../../forms/entry-form.tsx';
import type { Field } from '../../forms/field.ts';
import { FormDrawer } from '../../forms/form-drawer.tsx';
import type { FormValues } from '../../forms/form-values.ts';
import { TakeBackButton } from '../../forms/take-back-button.tsx';
import { unitSign } from '../../i18n/format-number.ts';
import { UNIT_OF_MEDIUM } from '../../i18n/unit-of-medium.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import { EmptyState } from '../../layout/empty-state.tsx';
import { Panel } from '../../layout/panel.tsx';
import { ScrollRegion } from '../../layout/scroll-region.tsx';
import { useMayEdit } from '../../layout/use-may-edit.ts';

const MEDIA = Object.keys(UNIT_OF_MEDIUM) as (keyof CoefficientSetItem['kgcePer'])[];
const FACTORS = ['kgcePer', 'co2KgPer'] as const;

/** Sets of factors by the day from which they hold, with where they come from. */
export function CoefficientsTab(): JSX.Element {
  const { t } = useTranslation();
  const mayEdit = useMayEdit();
  const sets = useOne<{ items: CoefficientSetItem[] }>('/coefficients');
  const [isEntering, setEntering] = useState(false);
  return (
    <Panel
      title={t('coefficient.title')}
      flush
      extra={
        mayEdit && (
          <Button size="small" type="primary" data-testid="add-coefficients" onClick={() => setEntering(true)}>
            {t('coefficient.add')}
          </Button>
        )
      }
    >
      <p className="panel-note">{t('coefficient.hint')}</p>
      <Await query={sets} height={200}>
        {({ items }) =>
          items.length === 0 ? <EmptyState text={t('coefficient.none')} /> : <Sets sets={items} mayEdit={mayEdit} />
        }
      </Await>
      <FormDrawer open={isEntering} size={640} title={t('coefficient.add')} onClose={() => setEntering(false)}>
        <CoefficientForm basis={sets.data?.items.at(-1)} onDone={() => setEntering(false)} />
      </FormDrawer>
    </Panel>
  );
}

function Sets(props: { sets: CoefficientSetItem[]; mayEdit: boolean }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const newestFirst = props.sets.toSorted((a, b) => b.validFrom.localeCompare(a.validFrom));
  return (
    <>
      {newestFirst.map((set) => (
        <article key={set.validFrom + set.id} className="tariff" data-testid="coefficient-set" aria-label={set.id}>
          <header>
            <div>
              <h3>
                {t('tariff.version', { date: set.validFrom })} <span className="code">{set.id}</span>{' '}
                <span className={set.shipped ? 'tag' : 'tag acknowledged'}>
                  {t(set.shipped ? 'coefficient.shipped' : 'coefficient.entered')}
                </span>
              </h3>
              <p className="faint">{set.source}</p>
            </div>
            {props.mayEdit && !set.shipped && (
              <TakeBackButton
                request={{ method: 'DELETE', path: `/coefficients/${set.validFrom}` }}
                ask={t('coefficient.takeBack', { date: set.validFrom })}
                hint={t('coefficient.takeBackHint')}
                label={`${t('form.takeBack')} ${set.id}`}
              />
            )}
          </header>
          <ScrollRegion label={set.id}>
            <table className="plain-table">
              <thead>
                <tr>
                  <th scope="col">{t('common.medium')}</th>
                  {FACTORS.map((name) => (
                    <th key={name} scope="col" className="number">
                      {t(`coefficient.${name}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {MEDIA.filter((medium) => FACTORS.some((name) => (set[name][medium] ?? 0) !== 0)).map((medium) => (
                  <tr key={medium}>
                    <th scope="row">
                      {labels.of('mediumLong', medium)}{' '}
                      <span className="faint">
                        {t('coefficient.per', { unit: unitSign(UNIT_OF_MEDIUM[medium] ?? '') })}
                      </span>
                    </th>
                    {FACTORS.map((name) => (
                      <td key={name} className="number">
                        {format.entered(set[name][medium] ?? 0)}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollRegion>
        </article>
      ))}
    </>
  );
}

function CoefficientForm(props: { basis: CoefficientSetItem | undefined; onDone: () => void }): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const change = useChange();
  const { basis, onDone } = props;
  const factorFields = (name: (typeof FACTORS)[number]): Field[] =>
    MEDIA.map((medium) => ({
      name: fieldOf(name, medium),
      label: labels.of('mediumLong', medium),
      kind: 'number' as const,
      required: true,
      min: 0,
      unit: t('coefficient.per', { unit: unitSign(UNIT_OF_MEDIUM[medium] ?? '') }),
    }));
  const save = async (values: FormValues): Promise<void> => {
    const factors = (name: (typeof FACTORS)[number]): FormValues =>
      Object.fromEntries(MEDIA.map((medium) => [medium, values[fieldOf(name, medium)]]));
    await change.mutateAsync({
      method: 'POST',
      path: '/coefficients',
      body: {
        id: values['id'],
        validFrom: values['validFrom'],
        source: values['source'],
        kgcePer: factors('kgcePer'),
        co2KgPer: factors('co2KgPer'),
      },
    });
    onDone();
  };
  const initial = Object.fromEntries(
    FACTORS.flatMap((name) => MEDIA.map((medium) => [fieldOf(name, medium), basis?.[name][medium] ?? 0])),
  );
  return (
    <EntryForm
      testId="coefficient-form"
      submit={t('form.enter')}
      initial={initial}
      onSubmit={save}
      groups={[
        {
          fields: [
            { name: 'id', label: t('coefficient.id'), kind: 'text', required: true, hint: t('coefficient.idHint') },
            { name: 'validFrom', label: t('coefficient.validFrom'), kind: 'date', required: true },
            { name: 'source', label: t('coefficient.source'), kind: 'note', required: true },
          ],
        },
        ...FACTORS.map((name) => ({ title: t(`coefficient.${name}`), fields: factorFields(name) })),
      ]}
    />
  );
}

function fieldOf(name: string, medium: string): string {
  return `${name}_${medium}`;
}
