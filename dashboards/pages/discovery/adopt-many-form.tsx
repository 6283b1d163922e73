import { Input, Select } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { HeardMeterItem } from '../../../services/api/schemas/discovery.ts';
import { useChange } from '../../api-client/use-change.ts';
import { EntryForm } from '../../forms/entry-form.tsx';
import { filledIn, type FormValues } from '../../forms/form-values.ts';
import { RegistrySelect } from '../../forms/registry-select.tsx';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import { heardKey } from './heard-key.ts';
import { useNeighbours } from './use-neighbours.ts';

interface Named {
  heard: HeardMeterItem;
  id: string;
  medium: string;
}

/** Registers several meters that were heard, for one institution: all of them or none. */
export function AdoptManyForm(props: { heard: HeardMeterItem[]; onDone: (ids: string[]) => void }): JSX.Element {
  const neighbours = useNeighbours(props.heard[0]?.collector);
  return (
    <Await query={neighbours}>{({ items }) => <AdoptForm {...props} institutionId={items[0]?.institutionId} />}</Await>
  );
}

function AdoptForm(props: {
  heard: HeardMeterItem[];
  institutionId: string | undefined;
  onDone: (ids: string[]) => void;
}): JSX.Element {
  const { t } = useTranslation();
  const change = useChange();
  const initial = props.heard.map((heard): Named => ({
    heard,
    id: heard.suggested.id,
    medium: heard.suggested.medium,
  }));
  const save = async (values: FormValues): Promise<void> => {
    const { meters, institutionId, expectedIntervalS } = values;
    const body = (meters as Named[]).map(({ heard, id, medium }) =>
      filledIn({
        id,
        medium,
        institutionId,
        expectedIntervalS,
        collectorId: heard.collector,
        address: heard.namedBy === 'address' ? heard.name : undefined,
        // What its format says of a meter, the platform fills in itself.
        registerUnit: unitOf(heard, medium),
        namedBy: heard.namedBy,
        heardAs: heard.name,
      }),
    );
    await change.mutateAsync({ method: 'POST', path: '/discovery/meters/adopt', body });
    props.onDone(body.map(({ id }) => String(id)));
  };
  return (
    <>
      <p className="form-hint">{t('discovery.manyHint')}</p>
      <EntryForm
        testId="adopt-form"
        submit={t('discovery.adoptChosen', { count: props.heard.length })}
        onSubmit={save}
        initial={{ meters: initial, expectedIntervalS: 900, institutionId: props.institutionId }}
        groups={[
          {
            fields: [
              {
                name: 'institutionId',
                label: t('common.institution'),
                kind: 'own',
                required: true,
                control: <RegistrySelect of="/institutions" />,
              },
              {
                name: 'expectedIntervalS',
                label: t('meter.interval'),
                kind: 'number',
                unit: t('registry.secondsUnit'),
              },
              {
                name: 'meters',
                label: t('registry.tab.meters'),
                kind: 'own',
                wide: true,
                control: <NamedMeters />,
              },
            ],
          },
        ]}
      />
    </>
  );
}

/** The unit in which its register spoke, where the medium is as it was guessed. */
function unitOf({ lastValues: { unit }, suggested }: HeardMeterItem, medium: string): unknown {
  return medium === suggested.medium ? unit : undefined;
}

function NamedMeters(props: { id?: string; value?: Named[]; onChange?: (meters: Named[]) => void }): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const meters = props.value ?? [];
  const change = (at: number, part: Partial<Named>): void =>
    props.onChange?.(meters.map((meter, index) => (index === at ? { ...meter, ...part } : meter)));
  return (
    <div id={props.id} className="named-meters" role="group" aria-label={t('registry.tab.meters')}>
      {meters.map(({ heard, id, medium }, index) => (
        <div key={heardKey(heard)} role="group" aria-label={heard.name}>
          <span className="code">
            {heard.collector} / {heard.name}
          </span>
          <Input
            aria-label={t('registry.id')}
            value={id}
            disabled={heard.namedBy === 'id'}
            onChange={({ target }) => change(index, { id: target.value })}
          />
          <Select
            aria-label={t('common.medium')}
            value={medium}
            options={labels.options('mediumLong')}
            onChange={(chosen) => change(index, { medium: chosen })}
          />
        </div>
      ))}
    </div>
  );
}
