import { Button } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';

import type { Institution } from '../../../services/api/schemas/institution.ts';
import { useOne } from '../../api-client/use-one.ts';
import { FormDrawer } from '../../forms/form-drawer.tsx';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import { FactList } from '../../layout/fact-list.tsx';
import { PageHead } from '../../layout/page-head.tsx';
import { Panel } from '../../layout/panel.tsx';
import { useMayEdit } from '../../layout/use-may-edit.ts';
import { AttributesPanel } from './attributes-panel.tsx';
import { BuildingsPanel } from './buildings-panel.tsx';
import { InstitutionForm } from './institution-form.tsx';
import { ZonesPanel } from './zones-panel.tsx';

/** One institution in the registry: what it is, its dated figures, its buildings and zones. */
export function InstitutionEntry(): JSX.Element {
  const { id = '' } = useParams();
  const institution = useOne<Institution>(`/institutions/${encodeURIComponent(id)}`);
  return (
    <Await query={institution} height={480}>
      {(data) => <Entry institution={data} />}
    </Await>
  );
}

function Entry({ institution }: { institution: Institution }): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const mayEdit = useMayEdit();
  const [isEditing, setEditing] = useState(false);
  const { id, name, endedOn } = institution;
  const at = encodeURIComponent(id);
  return (
    <>
      <Link className="back-link" to="/registry/institutions">
        {t('registry.backTo', { list: t('registry.tab.institutions') })}
      </Link>
      <PageHead
        title={name}
        subtitle={
          <>
            <span className="code">{id}</span>
            {endedOn !== null && <span className="tag ended">{t('registry.endedOn', { date: endedOn })}</span>}
          </>
        }
        extra={
          <>
            <Link to={`/institutions/${at}`}>{t('registry.usage')}</Link>
            <Link to={`/registry/meters?institution=${at}`}>{t('registry.itsMeters')}</Link>
            <Link to={`/calendar?institution=${at}`}>{t('registry.itsCalendar')}</Link>
          </>
        }
      />
      <div className="grid">
        <Panel
          title={t('institution.facts')}
          className="span-6 wide-on-tablet"
          flush
          extra={
            mayEdit && (
              <Button size="small" data-testid="edit-institution" onClick={() => setEditing(true)}>
                {t('form.change')}
              </Button>
            )
          }
        >
          <FactList
            facts={[
              [t('registry.type'), labels.of('type', institution.type)],
              [t('registry.creditCode'), institution.creditCode ?? t('common.none')],
              [t('registry.region'), institution.regionName],
              [t('registry.reportsTo'), institution.reportsToName],
              [t('registry.department'), institution.department ?? t('common.none')],
              [t('registry.liaison'), institution.liaison ?? t('common.none')],
            ]}
          />
        </Panel>
        <AttributesPanel institutionId={id} />
        <BuildingsPanel institutionId={id} />
        <ZonesPanel institutionId={id} />
      </div>
      <FormDrawer open={isEditing} title={t('registry.changeInstitution')} onClose={() => setEditing(false)}>
        <InstitutionForm institution={institution} onDone={() => setEditing(false)} />
      </FormDrawer>
    </>
  );
}
