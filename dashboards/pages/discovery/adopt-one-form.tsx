import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { HeardMeterItem } from '../../../services/api/schemas/discovery.ts';
import { useChange } from '../../api-client/use-change.ts';
import { EntryForm } from '../../forms/entry-form.tsx';
import { textIn, type FormValues } from '../../forms/form-values.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { Await } from '../../layout/await.tsx';
import { newMeterOf } from '../registry/new-meter-of.ts';
import { useMeterFields } from '../registry/use-meter-fields.tsx';
import { useHeardValues } from './use-heard-values.ts';
import { useNeighbours } from './use-neighbours.ts';

/** Registers one meter that was heard: what it says of itself stands in the form already, and whose its neighbours are. */
export function AdoptOneForm(props: { heard: HeardMeterItem; onDone: (ids: string[]) => void }): JSX.Element {
  const neighbours = useNeighbours(props.heard.collector);
  return (
    <Await query={neighbours}>{({ items }) => <AdoptForm {...props} institutionId={items[0]?.institutionId} />}</Await>
  );
}

function AdoptForm(props: {
  heard: HeardMeterItem;
  institutionId: string | undefined;
  onDone: (ids: string[]) => void;
}): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const valuesOf = useHeardValues();
  const change = useChange();
  const { heard } = props;
  const isNamedById = heard.namedBy === 'id';
  const groups = useMeterFields({ isNew: true, fixed: ['collectorId', isNamedById ? 'id' : 'address'] });
  const save = async (values: FormValues): Promise<void> => {
    const body = { ...newMeterOf(values), namedBy: heard.namedBy, heardAs: heard.name };
    await change.mutateAsync({ method: 'POST', path: '/discovery/meters/adopt', body });
    props.onDone([textIn(values, 'id')]);
  };
  return (
    <>
      <p className="form-hint">
        {t('discovery.heardAs', {
          values: valuesOf(heard.lastValues),
          count: format.number(heard.count, 0),
          since: format.dateTime(heard.since),
        })}
      </p>
      <EntryForm
        testId="adopt-form"
        groups={groups}
        submit={t('discovery.adopt')}
        onSubmit={save}
        initial={{
          ownership: 'whole',
          multiplier: 1,
          expectedIntervalS: 900,
          direction: 'import',
          shares: [{ share: 1 }],
          institutionId: props.institutionId,
          id: heard.suggested.id,
          medium: heard.suggested.medium,
          collectorId: heard.collector,
          address: isNamedById ? undefined : heard.name,
          format: isNamedById ? undefined : (heard.format ?? undefined),
          registerUnit: typeof heard.lastValues['unit'] === 'string' ? heard.lastValues['unit'] : undefined,
        }}
      />
    </>
  );
}
