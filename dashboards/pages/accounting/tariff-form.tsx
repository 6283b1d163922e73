import { Select } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { TariffItem, TariffVersionItem } from '../../../services/api/schemas/tariff.ts';
import { useChange } from '../../api-client/use-change.ts';
import type { ChangeRequest } from '../../api-client/use-change.ts';
import { useOne } from '../../api-client/use-one.ts';
import { EntryForm } from '../../forms/entry-form.tsx';
import { ID_PATTERN } from '../../forms/id-pattern.ts';
import { textIn } from '../../forms/form-values.ts';
import type { FormValues } from '../../forms/form-values.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { inFormTerms, pricesOfValues, USUAL_VALUES, valuesOfPrices } from './tariff-values.ts';
import { usePriceFields } from './use-price-fields.tsx';

const MEDIA = ['electricity', 'water', 'heat', 'gas', 'cooling'] as const;

/** Sends a change of a tariff; what is refused is said in the form's own names. */
function useTariffChange(): (change: ChangeRequest) => Promise<unknown> {
  const change = useChange();
  return async (request) => {
    try {
      return await change.mutateAsync(request);
    } catch (thrown) {
      throw inFormTerms(thrown);
    }
  };
}

/** Enters a tariff with its first prices; begun from an example where one is chosen. */
export function TariffForm({ onDone }: { onDone: () => void }): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const send = useTariffChange();
  const priceFields = usePriceFields();
  const examples = useOne<{ items: TariffItem[] }>('/tariff-examples').data?.items ?? [];
  const [example, setExample] = useState<string>();
  const begun = examples.find(({ id }) => id === example);
  const save = async (values: FormValues): Promise<void> => {
    const source = textIn(values, 'source').trim();
    await send({
      method: 'POST',
      path: '/tariffs',
      body: {
        id: values['id'],
        name: values['name'],
        medium: values['medium'],
        source: source === '' ? null : source,
        versions: [{ validFrom: values['validFrom'], prices: pricesOfValues(values) }],
      },
    });
    onDone();
  };
  return (
    <>
      {examples.length > 0 && (
        <p className="form-hint">
          {t('tariff.example')}{' '}
          <Select
            allowClear
            aria-label={t('tariff.example')}
            placeholder={t('tariff.chooseExample')}
            className="example-select"
            data-testid="tariff-example"
            value={example}
            options={examples.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(id: string | undefined) => setExample(id)}
          />
        </p>
      )}
      <EntryForm
        key={example ?? ''}
        testId="tariff-form"
        submit={t('form.enter')}
        initial={
          begun === undefined
            ? { ...USUAL_VALUES, medium: 'electricity' }
            : {
                ...USUAL_VALUES,
                medium: begun.medium,
                ...(begun.versions[0] === undefined ? {} : valuesOfPrices(begun.versions[0].prices)),
              }
        }
        onSubmit={save}
        groups={(values) => [
          {
            fields: [
              {
                name: 'id',
                label: t('tariff.id'),
                kind: 'text',
                required: true,
                pattern: ID_PATTERN,
                hint: t('registry.idHint'),
              },
              { name: 'name', label: t('tariff.name'), kind: 'text', required: true },
              {
                name: 'medium',
                label: t('common.medium'),
                kind: 'choice',
                required: true,
                options: MEDIA.map((value) => ({ value, label: labels.of('mediumLong', value) })),
              },
              { name: 'validFrom', label: t('tariff.validFrom'), kind: 'date', required: true },
              { name: 'source', label: t('tariff.source'), kind: 'text', wide: true, hint: t('tariff.sourceHint') },
            ],
          },
          ...priceFields(values, textIn(values, 'medium')),
        ]}
      />
    </>
  );
}

/** Renames a tariff, or corrects where its prices are from. */
export function TariffNameForm(props: { tariff: TariffItem; onDone: () => void }): JSX.Element {
  const { t } = useTranslation();
  const send = useTariffChange();
  const { tariff, onDone } = props;
  const save = async (values: FormValues): Promise<void> => {
    const source = textIn(values, 'source').trim();
    await send({
      method: 'PATCH',
      path: `/tariffs/${encodeURIComponent(tariff.id)}`,
      body: { name: values['name'], source: source === '' ? null : source },
    });
    onDone();
  };
  return (
    <EntryForm
      testId="tariff-name-form"
      submit={t('form.save')}
      initial={{ name: tariff.name, source: tariff.source }}
      onSubmit={save}
      groups={[
        {
          fields: [
            { name: 'name', label: t('tariff.name'), kind: 'text', required: true, wide: true },
            { name: 'source', label: t('tariff.source'), kind: 'text', wide: true, hint: t('tariff.sourceHint') },
          ],
        },
      ]}
    />
  );
}

/** Enters the prices that hold from a day on, or corrects them; begun from the newest. */
export function VersionForm(props: {
  tariff: TariffItem;
  version: TariffVersionItem | undefined;
  onDone: () => void;
}): JSX.Element {
  const { t } = useTranslation();
  const send = useTariffChange();
  const priceFields = usePriceFields();
  const { tariff, version, onDone } = props;
  const newest = tariff.versions.toSorted((a, b) => a.validFrom.localeCompare(b.validFrom)).at(-1);
  const basis = version ?? newest;
  const save = async (values: FormValues): Promise<void> => {
    await send({
      method: 'PUT',
      path: `/tariffs/${encodeURIComponent(tariff.id)}/versions/${textIn(values, 'validFrom')}`,
      body: pricesOfValues(values),
    });
    onDone();
  };
  return (
    <EntryForm
      testId="tariff-version-form"
      submit={t(version === undefined ? 'form.enter' : 'form.save')}
      initial={{
        ...USUAL_VALUES,
        ...(basis === undefined ? {} : valuesOfPrices(basis.prices)),
        validFrom: version?.validFrom,
      }}
      onSubmit={save}
      groups={(values) => [
        {
          fields: [
            {
              name: 'validFrom',
              label: t('tariff.validFrom'),
              kind: 'date',
              required: true,
              disabled: version !== undefined,
            },
          ],
        },
        ...priceFields(values, tariff.medium),
      ]}
    />
  );
}
