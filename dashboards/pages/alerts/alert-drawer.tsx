import { Drawer } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Alert } from '../../../services/api/schemas/alert.ts';
import { standingOf } from '../../api-client/alert-standing.ts';
import { useToday } from '../../api-client/use-health.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { AcknowledgeForm } from './acknowledge-form.tsx';
import { AlertEvidence } from './alert-evidence.tsx';
import { SeverityTag, StateTag } from './alert-tags.tsx';
import { useAlertSentence } from './use-alert-sentence.ts';

/** One alert: what happened, on what grounds, and taking note of it. */
export function AlertDrawer(props: { alert: Alert | undefined; onClose: () => void }): JSX.Element {
  const { t } = useTranslation();
  const { alert } = props;
  return (
    <Drawer
      open={alert !== undefined}
      onClose={props.onClose}
      size={620}
      destroyOnHidden
      title={t('alerts.detail')}
      data-testid="alert-drawer"
    >
      {alert !== undefined && <AlertDetail alert={alert} />}
    </Drawer>
  );
}

function AlertDetail({ alert }: { alert: Alert }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const sentence = useAlertSentence();
  const today = useToday();
  const facts: [string, string | JSX.Element][] = [
    [
      t('common.institution'),
      <Link key="institution" to={`/institutions/${encodeURIComponent(alert.institution)}`}>
        {alert.institutionName}
      </Link>,
    ],
    [t('alerts.article'), labels.article(alert.article)],
    [t('alerts.since'), format.dateTime(alert.activeSince)],
    [t('alerts.valueLimit'), `${format.exact(alert.value, alert.unit)} / ${format.exact(alert.limit, alert.unit)}`],
    [
      t('alerts.waste'),
      alert.waste.amount === 0
        ? t('common.none')
        : `${format.exact(alert.waste.amount, alert.waste.unit)}${
            alert.waste.kgce === 0 ? '' : ` · ${t('alerts.wasteKgce', { amount: format.number(alert.waste.kgce, 1) })}`
          }`,
    ],
    [t('alerts.addressedTo'), labels.of('addressedTo', alert.addressedTo)],
    [
      t('alerts.state'),
      alert.clearedAt === null
        ? t(standingOf(alert, today) === 'past' ? 'alerts.past' : 'alerts.stillActive')
        : t('alerts.clearedAt', { time: format.dateTime(alert.clearedAt) }),
    ],
  ];
  return (
    <>
      <div className="alert-line">
        <SeverityTag severity={alert.severity} />
        <strong>{labels.alert(alert)}</strong>
        <StateTag state={alert.state} />
      </div>
      <p className="alert-sentence" data-testid="alert-sentence">
        {sentence(alert)}
      </p>
      <AlertEvidence alert={alert} />
      <dl className="alert-facts">
        {facts.map(([name, value]) => (
          <Fact key={name} name={name} value={value} />
        ))}
      </dl>
      <AcknowledgeForm key={alert.id} alert={alert} />
    </>
  );
}

function Fact(props: { name: string; value: string | JSX.Element }): JSX.Element {
  return (
    <>
      <dt>{props.name}</dt>
      <dd>{props.value}</dd>
    </>
  );
}
