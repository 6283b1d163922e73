import { Button, Checkbox } from 'antd';
import type { TableColumnsType } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { HeardMeterItem } from '../../../services/api/schemas/discovery.ts';
import { usePaged } from '../../api-client/use-paged.ts';
import { FormDrawer } from '../../forms/form-drawer.tsx';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { FilterSelect } from '../../layout/filter-select.tsx';
import { ListPanel } from '../../layout/list-panel.tsx';
import { Panel } from '../../layout/panel.tsx';
import { SearchBox } from '../../layout/search-box.tsx';
import { useAddressFilter } from '../../layout/use-address-filter.ts';
import { AdoptManyForm } from './adopt-many-form.tsx';
import { AdoptOneForm } from './adopt-one-form.tsx';
import { AdoptedNotice } from './adopted-notice.tsx';
import { heardKey } from './heard-key.ts';
import { useHeardValues } from './use-heard-values.ts';

const POLL_MS = 10_000;

/** Meters that messages name and nobody has registered; one or several of them are adopted. */
export function HeardMetersPanel(): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const [filter, narrow] = useAddressFilter(['collector', 'format'] as const);
  const list = usePaged<HeardMeterItem>('/discovery/meters', filter, POLL_MS);
  const [chosenKeys, setChosen] = useState<string[]>([]);
  const [adopted, setAdopted] = useState<HeardMeterItem[]>();
  const [done, setDone] = useState<string[]>();
  const chosen = list.data?.filter((meter) => chosenKeys.includes(heardKey(meter))) ?? [];
  const columns = useColumns({ chosen: chosenKeys, onChoose: setChosen, onAdopt: (meter) => setAdopted([meter]) });
  const finish = (ids: string[]): void => {
    setDone(ids);
    setAdopted(undefined);
    setChosen([]);
  };
  return (
    <Panel
      title={t('discovery.meters')}
      className="span-12"
      flush
      extra={
        chosen.length > 0 && (
          <Button type="primary" size="small" data-testid="adopt-chosen" onClick={() => setAdopted(chosen)}>
            {t('discovery.adoptChosen', { count: chosen.length })}
          </Button>
        )
      }
    >
      {done !== undefined && <AdoptedNotice ids={done} onClose={() => setDone(undefined)} />}
      <p className="panel-note">{t('discovery.metersHint')}</p>
      <ListPanel<HeardMeterItem>
        label={t('discovery.meters')}
        list={list}
        columns={columns}
        rowKey={heardKey}
        testId="heard-meter-row"
        height={200}
        empty={t('discovery.noMeters')}
        emptyHint={t('discovery.noMetersHint')}
        filters={
          <>
            <SearchBox
              label={t('system.collector')}
              value={filter.collector}
              onSearch={(collector) => narrow({ collector })}
            />
            <FilterSelect
              label={t('registry.format')}
              value={filter.format}
              options={labels.options('wireFormat')}
              onChange={(format) => narrow({ format })}
            />
          </>
        }
      />
      <FormDrawer
        open={adopted !== undefined}
        size={680}
        title={t('discovery.adopt')}
        onClose={() => setAdopted(undefined)}
      >
        {adopted?.length === 1 && <AdoptOneForm heard={adopted[0]!} onDone={finish} />}
        {adopted !== undefined && adopted.length > 1 && <AdoptManyForm heard={adopted} onDone={finish} />}
      </FormDrawer>
    </Panel>
  );
}

function useColumns(props: {
  chosen: string[];
  onChoose: (keys: string[]) => void;
  onAdopt: (meter: HeardMeterItem) => void;
}): TableColumnsType<HeardMeterItem> {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const valuesOf = useHeardValues();
  const { chosen, onChoose, onAdopt } = props;
  return [
    {
      key: 'chosen',
      width: 40,
      render: (_, meter) => {
        const key = heardKey(meter);
        return (
          <Checkbox
            aria-label={t('discovery.choose', { name: meter.name })}
            checked={chosen.includes(key)}
            onChange={({ target }) => onChoose(target.checked ? [...chosen, key] : chosen.filter((one) => one !== key))}
          />
        );
      },
    },
    {
      title: t('discovery.name'),
      key: 'name',
      render: (_, meter) => (
        <>
          <button type="button" className="link-button code" onClick={() => onAdopt(meter)}>
            {meter.name}
          </button>{' '}
          <span className="tag">{t(`discovery.by.${meter.namedBy}`)}</span>
        </>
      ),
    },
    {
      title: t('discovery.from'),
      key: 'collector',
      render: (_, one) => (
        <>
          <span className="code">{one.collector}</span>
          {one.format !== null && <span className="under">{labels.of('wireFormat', one.format)}</span>}
        </>
      ),
    },
    {
      title: t('discovery.lastValues'),
      key: 'values',
      render: (_, { lastValues }) => <span className="heard-values">{valuesOf(lastValues)}</span>,
    },
    { title: t('discovery.count'), key: 'count', align: 'right', render: (_, { count }) => format.number(count, 0) },
    {
      title: t('discovery.heard'),
      key: 'heard',
      render: (_, { since, lastSeen }) => (
        <span className="nowrap">
          {format.dateTimeSeconds(lastSeen)}
          <span className="under">{t('discovery.sinceWhen', { time: format.dateTime(since) })}</span>
        </span>
      ),
    },
    {
      title: t('form.actions'),
      key: 'actions',
      render: (_, meter) => (
        <Button
          size="small"
          data-testid="adopt-meter"
          aria-label={`${t('discovery.adoptOne')} ${meter.name}`}
          onClick={() => onAdopt(meter)}
        >
          {t('discovery.adoptOne')}
        </Button>
      ),
    },
  ];
}
