import { Button } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { VirtualMeter } from '../../../services/api/schemas/virtual-meter.ts';
import { usePaged } from '../../api-client/use-paged.ts';
import { useSession } from '../../api-client/use-session.ts';
import { FormDrawer } from '../../forms/form-drawer.tsx';
import { RegistrySelect } from '../../forms/registry-select.tsx';
import { useLabels } from '../../i18n/use-labels.ts';
import { ListPanel } from '../../layout/list-panel.tsx';
import { Panel } from '../../layout/panel.tsx';
import { SearchBox } from '../../layout/search-box.tsx';
import { useAddressFilter } from '../../layout/use-address-filter.ts';
import { useMayEdit } from '../../layout/use-may-edit.ts';
import { InstitutionName } from '../registry/institution-name.tsx';
import { TermList } from './term-list.tsx';
import { VirtualMeterForm } from './virtual-meter-form.tsx';

/** Sums and differences of meters. */
export function VirtualMetersTab(): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const mayEdit = useMayEdit();
  const session = useSession().data;
  const [filter, narrow] = useAddressFilter(['text', 'institution'] as const);
  const [isEntering, setEntering] = useState(false);
  const list = usePaged<VirtualMeter>('/virtual-meters', filter);
  return (
    <Panel
      title={t('virtual.title')}
      flush
      extra={
        mayEdit && (
          <Button size="small" type="primary" data-testid="add-virtual" onClick={() => setEntering(true)}>
            {t('virtual.add')}
          </Button>
        )
      }
    >
      <p className="panel-note">{t('virtual.hint')}</p>
      <ListPanel<VirtualMeter>
        label={t('virtual.title')}
        list={list}
        rowKey="id"
        testId="virtual-row"
        empty={t('virtual.none')}
        emptyHint={t('virtual.noneHint')}
        height={160}
        filters={
          <>
            <SearchBox label={t('registry.search')} value={filter.text} onSearch={(text) => narrow({ text })} />
            {session?.role !== 'institution' && (
              <RegistrySelect
                of="/institutions"
                className="wide"
                label={t('virtual.institution')}
                placeholder={t('virtual.institution')}
                value={filter.institution}
                onChange={(institution) => narrow({ institution })}
              />
            )}
          </>
        }
        columns={[
          {
            title: t('virtual.name'),
            key: 'name',
            render: (_, { id, name, endedOn }) => (
              <>
                <Link to={`/accounting/virtual/${encodeURIComponent(id)}`}>{name}</Link>
                {endedOn !== null && <span className="tag ended">{t('registry.endedOn', { date: endedOn })}</span>}
                <span className="under code">{id}</span>
              </>
            ),
          },
          {
            title: t('virtual.institution'),
            key: 'institution',
            render: (_, { institutionId }) => <InstitutionName id={institutionId} />,
          },
          {
            title: t('virtual.medium'),
            key: 'medium',
            render: (_, { medium }) => labels.of('mediumLong', medium),
          },
          { title: t('virtual.terms'), key: 'terms', render: (_, { terms }) => <TermList terms={terms} /> },
        ]}
      />
      <FormDrawer open={isEntering} size={640} title={t('virtual.add')} onClose={() => setEntering(false)}>
        <VirtualMeterForm virtual={undefined} onDone={() => setEntering(false)} />
      </FormDrawer>
    </Panel>
  );
}
