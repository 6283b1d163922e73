import { Button } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';

import type { Meter } from '../../../services/api/schemas/meter.ts';
import { useMeter } from '../../api-client/use-meters.ts';
import { FormDrawer } from '../../forms/form-drawer.tsx';
import { TakeBackButton } from '../../forms/take-back-button.tsx';
import { Await } from '../../layout/await.tsx';
import { PageHead } from '../../layout/page-head.tsx';
import { Panel } from '../../layout/panel.tsx';
import { useMayEdit } from '../../layout/use-may-edit.ts';
import { LifePanel } from './life-panel.tsx';
import { MeterForm } from './meter-form.tsx';
import { RegistryMeterFacts } from './registry-meter-facts.tsx';
import { SharesTable } from './shares-table.tsx';

/** One meter in the registry: what it is, whose it is today, and what happened to it. */
export function MeterEntry(): JSX.Element {
  const { id = '' } = useParams();
  const meter = useMeter(id);
  return (
    <Await query={meter} height={480}>
      {(data) => <Entry meter={data} />}
    </Await>
  );
}

function Entry({ meter }: { meter: Meter }): JSX.Element {
  const { t } = useTranslation();
  const mayEdit = useMayEdit();
  const navigate = useNavigate();
  const [isEditing, setEditing] = useState(false);
  const { id, name, endedOn } = meter;
  return (
    <>
      <Link className="back-link" to="/registry/meters">
        {t('registry.backTo', { list: t('registry.tab.meters') })}
      </Link>
      <PageHead
        title={name === '' ? id : name}
        subtitle={
          <>
            <span className="code">{id}</span>
            {endedOn !== null && <span className="tag ended">{t('registry.endedOn', { date: endedOn })}</span>}
          </>
        }
        extra={<Link to={`/meters/${encodeURIComponent(id)}`}>{t('registry.itsReadings')}</Link>}
      />
      <div className="grid">
        <Panel
          title={t('meter.facts')}
          className="span-7 wide-on-tablet"
          flush
          extra={
            mayEdit && (
              <>
                <Button size="small" data-testid="edit-meter" onClick={() => setEditing(true)}>
                  {t('form.change')}
                </Button>
                {meter.latest === null && (
                  <TakeBackButton
                    request={{ method: 'DELETE', path: `/meters/${encodeURIComponent(id)}` }}
                    text={t('form.delete')}
                    ask={t('registry.deleteAsk', { name: name === '' ? id : name })}
                    hint={t('registry.deleteMeterHint')}
                    label={`${t('form.delete')} ${id}`}
                    onDone={() => void navigate('/registry/meters')}
                  />
                )}
              </>
            )
          }
        >
          <RegistryMeterFacts meter={meter} />
        </Panel>
        <Panel title={t('registry.sharesToday')} className="span-5 wide-on-tablet" flush>
          <SharesTable shares={meter.shares} />
        </Panel>
        {meter.medium !== 'temperature' && <LifePanel meter={meter} />}
      </div>
      <FormDrawer open={isEditing} size={680} title={t('registry.changeMeter')} onClose={() => setEditing(false)}>
        <p className="form-hint">{t('registry.changeMeterHint')}</p>
        <MeterForm meter={meter} onDone={() => setEditing(false)} />
      </FormDrawer>
    </>
  );
}
