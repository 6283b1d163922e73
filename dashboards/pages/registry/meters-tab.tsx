import { Button } from 'antd';
import type { TableColumnsType } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';

import type { Meter } from '../../../services/api/schemas/meter.ts';
import { usePaged } from '../../api-client/use-paged.ts';
import { FormDrawer } from '../../forms/form-drawer.tsx';
import { RegistrySelect } from '../../forms/registry-select.tsx';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { EndedSelect, endedParam } from '../../layout/ended-select.tsx';
import { FilterSelect } from '../../layout/filter-select.tsx';
import { ListPanel } from '../../layout/list-panel.tsx';
import { Panel } from '../../layout/panel.tsx';
import { SearchBox } from '../../layout/search-box.tsx';
import { useAddressFilter } from '../../layout/use-address-filter.ts';
import { useMayEdit } from '../../layout/use-may-edit.ts';
import { InstitutionName } from './institution-name.tsx';
import { MeterForm } from './meter-form.tsx';

/** The meters in scope, searched by the platform. */
export function MetersTab(): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const navigate = useNavigate();
  const mayEdit = useMayEdit();
  const columns = useColumns();
  const names = ['text', 'institution', 'medium', 'collector', 'format', 'ended'] as const;
  const [filter, narrow] = useAddressFilter(names);
  const [isAdding, setAdding] = useState(false);
  const { ended, ...params } = filter;
  const list = usePaged<Meter>('/meters', { ...params, ended: endedParam(ended) });
  return (
    <Panel
      title={t('registry.tab.meters')}
      flush
      extra={
        mayEdit && (
          <Button type="primary" size="small" data-testid="add-meter" onClick={() => setAdding(true)}>
            {t('registry.addMeter')}
          </Button>
        )
      }
    >
      <ListPanel<Meter>
        label={t('registry.tab.meters')}
        list={list}
        columns={columns}
        rowKey="id"
        testId="registry-meter-row"
        empty={t('registry.noMeters')}
        emptyHint={t('registry.emptyHint')}
        filters={
          <>
            <SearchBox label={t('registry.search')} value={filter.text} onSearch={(text) => narrow({ text })} />
            <RegistrySelect
              of="/institutions"
              className="wide"
              label={t('common.institution')}
              placeholder={t('registry.allInstitutions')}
              value={filter.institution}
              onChange={(institution) => narrow({ institution })}
            />
            <FilterSelect
              label={t('common.medium')}
              value={filter.medium}
              options={labels.options('mediumLong')}
              onChange={(medium) => narrow({ medium })}
            />
            {mayEdit && (
              <RegistrySelect
                of="/collectors"
                label={t('meter.collector')}
                placeholder={t('meter.collector')}
                value={filter.collector}
                onChange={(collector) => narrow({ collector })}
              />
            )}
            <FilterSelect
              label={t('registry.format')}
              value={filter.format}
              options={labels.options('wireFormat')}
              onChange={(format) => narrow({ format })}
            />
            <EndedSelect value={ended} onChange={(value) => narrow({ ended: value })} />
          </>
        }
      />
      <FormDrawer open={isAdding} size={680} title={t('registry.addMeter')} onClose={() => setAdding(false)}>
        <MeterForm
          initial={{ institutionId: filter.institution, collectorId: filter.collector }}
          onDone={(id) => void navigate(`/registry/meters/${encodeURIComponent(id)}`)}
        />
      </FormDrawer>
    </Panel>
  );
}

function useColumns(): TableColumnsType<Meter> {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const none = t('common.none');
  return [
    {
      title: t('registry.name'),
      key: 'name',
      render: (_, { id, name, endedOn }) => (
        <>
          <Link to={`/registry/meters/${encodeURIComponent(id)}`}>{name === '' ? id : name}</Link>
          {endedOn !== null && <span className="tag ended">{t('registry.endedOn', { date: endedOn })}</span>}
          <span className="code under">{id}</span>
        </>
      ),
    },
    { title: t('common.medium'), key: 'medium', render: (_, { medium }) => labels.of('mediumLong', medium) },
    {
      title: t('common.institution'),
      key: 'institution',
      render: (_, { institutionId }) => <InstitutionName id={institutionId} />,
    },
    {
      title: t('meter.collector'),
      key: 'collector',
      render: (_, one) => <span className="code">{one.collectorId}</span>,
    },
    {
      title: t('registry.formatAndAddress'),
      key: 'address',
      render: (_, one) => (
        <>
          {one.format === null ? none : labels.of('wireFormat', one.format)}
          {one.address !== null && <span className="code under">{one.address}</span>}
        </>
      ),
    },
    {
      title: t('institution.latestAt'),
      key: 'latest',
      render: (_, { latest }) => (
        <span className="nowrap">{latest === null ? t('registry.neverRead') : format.dateTime(latest.ts)}</span>
      ),
    },
  ];
}
