import { Button } from 'antd';
import type { TableColumnsType } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';

import type { Institution } from '../../../services/api/schemas/institution.ts';
import { usePaged } from '../../api-client/use-paged.ts';
import { FormDrawer } from '../../forms/form-drawer.tsx';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { EndedSelect, endedParam } from '../../layout/ended-select.tsx';
import { FilterSelect } from '../../layout/filter-select.tsx';
import { ListPanel } from '../../layout/list-panel.tsx';
import { Panel } from '../../layout/panel.tsx';
import { SearchBox } from '../../layout/search-box.tsx';
import { useAddressFilter } from '../../layout/use-address-filter.ts';
import { useMayEdit } from '../../layout/use-may-edit.ts';
import { InstitutionForm } from './institution-form.tsx';
import { useRegionOptions } from './use-region-options.ts';

/** The institutions in scope, searched by the platform. */
export function InstitutionsTab(): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const navigate = useNavigate();
  const mayEdit = useMayEdit();
  const regions = useRegionOptions();
  const columns = useColumns();
  const [filter, narrow] = useAddressFilter(['text', 'type', 'region', 'ended'] as const);
  const [isAdding, setAdding] = useState(false);
  const { ended, ...params } = filter;
  const list = usePaged<Institution>('/institutions', { ...params, ended: endedParam(ended), sort: 'name' });
  return (
    <Panel
      title={t('registry.tab.institutions')}
      flush
      extra={
        mayEdit && (
          <Button type="primary" size="small" data-testid="add-institution" onClick={() => setAdding(true)}>
            {t('registry.addInstitution')}
          </Button>
        )
      }
    >
      <ListPanel<Institution>
        label={t('registry.tab.institutions')}
        list={list}
        columns={columns}
        rowKey="id"
        testId="registry-institution-row"
        empty={t('registry.noInstitutions')}
        emptyHint={t('registry.emptyHint')}
        filters={
          <>
            <SearchBox label={t('registry.search')} value={filter.text} onSearch={(text) => narrow({ text })} />
            <FilterSelect
              label={t('institutions.type')}
              all={t('institutions.allTypes')}
              value={filter.type}
              options={labels.options('type')}
              onChange={(type) => narrow({ type })}
            />
            <FilterSelect
              searched
              label={t('registry.region')}
              value={filter.region}
              options={regions}
              onChange={(region) => narrow({ region })}
            />
            <EndedSelect value={ended} onChange={(value) => narrow({ ended: value })} />
          </>
        }
      />
      <FormDrawer open={isAdding} title={t('registry.addInstitution')} onClose={() => setAdding(false)}>
        <InstitutionForm onDone={(id) => void navigate(`/registry/institutions/${encodeURIComponent(id)}`)} />
      </FormDrawer>
    </Panel>
  );
}

function useColumns(): TableColumnsType<Institution> {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const number = (value: number | null): string => (value === null ? t('common.none') : format.number(value, 0));
  return [
    {
      title: t('registry.name'),
      key: 'name',
      render: (_, { id, name, endedOn }) => (
        <>
          <Link to={`/registry/institutions/${encodeURIComponent(id)}`}>{name}</Link>
          {endedOn !== null && <span className="tag ended">{t('registry.endedOn', { date: endedOn })}</span>}
          <span className="code under">{id}</span>
        </>
      ),
    },
    { title: t('registry.type'), key: 'type', render: (_, { type }) => labels.of('type', type) },
    { title: t('registry.region'), dataIndex: 'regionName' },
    { title: t('registry.reportsTo'), dataIndex: 'reportsToName' },
    { title: t('institutions.area'), key: 'area', align: 'right', render: (_, { areaM2 }) => number(areaM2) },
    {
      title: t('institutions.headcount'),
      key: 'headcount',
      align: 'right',
      render: (_, { headcount }) => number(headcount),
    },
  ];
}
