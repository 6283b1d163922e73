import { Button } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';

import type { VirtualMeter } from '../../../services/api/schemas/virtual-meter.ts';
import { useOne } from '../../api-client/use-one.ts';
import { FormDrawer } from '../../forms/form-drawer.tsx';
import { TakeBackButton } from '../../forms/take-back-button.tsx';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import { FactList } from '../../layout/fact-list.tsx';
import { PageHead } from '../../layout/page-head.tsx';
import { Panel } from '../../layout/panel.tsx';
import { useMayEdit } from '../../layout/use-may-edit.ts';
import { UsageCard } from '../meter/usage-card.tsx';
import { InstitutionName } from '../registry/institution-name.tsx';
import { TermList } from './term-list.tsx';
import { VirtualMeterForm } from './virtual-meter-form.tsx';

/** One virtual meter: what it is made of, and its usage. */
export function VirtualMeterEntry(): JSX.Element {
  const { id = '' } = useParams();
  const virtual = useOne<VirtualMeter>(`/virtual-meters/${encodeURIComponent(id)}`);
  return (
    <Await query={virtual} height={400}>
      {(data) => <Entry virtual={data} />}
    </Await>
  );
}

function Entry({ virtual }: { virtual: VirtualMeter }): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const mayEdit = useMayEdit();
  const navigate = useNavigate();
  const [isEditing, setEditing] = useState(false);
  return (
    <>
      <Link className="back-link" to="/accounting/virtual">
        {t('virtual.back')}
      </Link>
      <PageHead title={virtual.name} subtitle={<span className="code">{virtual.id}</span>} />
      <div className="grid">
        <Panel
          title={t('virtual.terms')}
          className="span-12"
          flush
          extra={
            mayEdit && (
              <>
                <Button size="small" onClick={() => setEditing(true)}>
                  {t('form.change')}
                </Button>
                <TakeBackButton
                  request={{ method: 'DELETE', path: `/virtual-meters/${encodeURIComponent(virtual.id)}` }}
                  text={t('form.delete')}
                  ask={t('virtual.takeBack', { name: virtual.name })}
                  hint={t('virtual.takeBackHint')}
                  label={`${t('form.delete')} ${virtual.name}`}
                  onDone={() => void navigate('/accounting/virtual')}
                />
              </>
            )
          }
        >
          <FactList
            facts={[
              [t('virtual.terms'), <TermList key="terms" terms={virtual.terms} />],
              [t('virtual.medium'), labels.of('mediumLong', virtual.medium)],
              [t('virtual.institution'), <InstitutionName key="institution" id={virtual.institutionId} />],
              [t('virtual.endedOn'), virtual.endedOn],
            ]}
          />
          <p className="panel-note">{t('virtual.hint')}</p>
        </Panel>
        <UsageCard meter={virtual} />
      </div>
      <FormDrawer open={isEditing} size={640} title={t('virtual.change')} onClose={() => setEditing(false)}>
        <VirtualMeterForm virtual={virtual} onDone={() => setEditing(false)} />
      </FormDrawer>
    </>
  );
}
