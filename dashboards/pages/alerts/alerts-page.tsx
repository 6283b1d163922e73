import { Table } from 'antd';
import type { TableColumnsType } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

import type { Alert } from '../../../services/api/schemas/alert.ts';
import { currentFirst } from '../../api-client/alert-standing.ts';
import { useToday } from '../../api-client/use-health.ts';
import { useAlerts } from '../../api-client/use-alerts.ts';
import type { AlertFilter } from '../../api-client/use-alerts.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import { EmptyState } from '../../layout/empty-state.tsx';
import { PageHead } from '../../layout/page-head.tsx';
import { rowProps } from '../../layout/row-props.ts';
import { AlertDrawer } from './alert-drawer.tsx';
import { AlertFilters } from './alert-filters.tsx';
import { SeverityTag, StandingTag, StateTag } from './alert-tags.tsx';
import { useAlertSubject } from './use-alert-subject.ts';
import './alerts.css';

/** The alerts inbox. Filter and open alert stand in the address, so that both can be passed on. */
export function AlertsPage(): JSX.Element {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const chosen = search.get('alert');
  // A link to one alert finds it in whatever state it is by now.
  const state = search.get('state') ?? (chosen === null ? 'open' : 'all');
  const filter: AlertFilter = {
    state: state === 'all' ? undefined : state,
    rule: search.get('rule') ?? undefined,
    institution: search.get('institution') ?? undefined,
  };
  const today = useToday();
  const alerts = useAlerts(filter);
  const everyAlert = useAlerts({});
  const opened = [...(alerts.data ?? []), ...(everyAlert.data ?? [])].find(({ id }) => id === chosen);

  const show = (next: AlertFilter, alert: string | null): void => {
    const entries = Object.entries({ ...next, state: next.state ?? 'all', alert: alert ?? undefined });
    setSearch(new URLSearchParams(entries.filter((entry): entry is [string, string] => entry[1] !== undefined)));
  };

  return (
    <div data-testid="page-alerts">
      <PageHead
        title={t('alerts.title')}
        subtitle={alerts.data === undefined ? undefined : t('common.itemsTotal', { total: alerts.data.length })}
        extra={<AlertFilters filter={filter} onChange={(next) => show(next, null)} />}
      />
      <section className="panel">
        <Await query={alerts} height={360}>
          {(items) => <AlertTable alerts={currentFirst(items, today)} onOpen={(alert) => show(filter, alert.id)} />}
        </Await>
      </section>
      <AlertDrawer alert={opened} onClose={() => show(filter, null)} />
    </div>
  );
}

function AlertTable(props: { alerts: Alert[]; onOpen: (alert: Alert) => void }): JSX.Element {
  const { t } = useTranslation();
  const columns = useColumns(props.onOpen);
  return (
    <Table<Alert>
      className="alert-table"
      size="small"
      rowKey="id"
      columns={columns}
      dataSource={props.alerts}
      pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
      locale={{ emptyText: <EmptyState text={t('alerts.empty')} /> }}
      onRow={(alert) => rowProps('alert-row', () => props.onOpen(alert))}
    />
  );
}

function useColumns(onOpen: (alert: Alert) => void): TableColumnsType<Alert> {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const subjectOf = useAlertSubject();
  return [
    {
      title: t('alerts.severity'),
      key: 'severity',
      width: 72,
      render: (_, alert) => <SeverityTag severity={alert.severity} />,
    },
    {
      title: t('alerts.rule'),
      key: 'rule',
      render: (_, alert) => (
        <>
          <button
            type="button"
            className="link-button"
            onClick={(event) => {
              event.stopPropagation();
              onOpen(alert);
            }}
          >
            {labels.alert(alert)}
          </button>
          <span className="alert-compact">
            {alert.institutionName} {subjectOf(alert)}
            <br />
            {format.dateTime(alert.activeSince)}
            <br />
            {format.exact(alert.value, alert.unit)} / {format.exact(alert.limit, alert.unit)}
          </span>
        </>
      ),
    },
    {
      title: t('alerts.subject'),
      key: 'subject',
      responsive: ['lg'],
      render: (_, alert) => <span className="nowrap">{subjectOf(alert)}</span>,
    },
    {
      title: t('alerts.article'),
      key: 'article',
      responsive: ['xl'],
      render: (_, alert) => <span className="nowrap">{labels.article(alert.article)}</span>,
    },
    { title: t('common.institution'), dataIndex: 'institutionName', responsive: ['md'] },
    {
      title: t('alerts.since'),
      key: 'since',
      responsive: ['md'],
      defaultSortOrder: null,
      sorter: (a, b) => Date.parse(a.activeSince) - Date.parse(b.activeSince),
      render: (_, alert) => <span className="nowrap">{format.dateTime(alert.activeSince)}</span>,
    },
    {
      title: t('alerts.valueLimit'),
      key: 'value',
      align: 'right',
      responsive: ['md'],
      render: (_, alert) => (
        <span className="nowrap">
          <strong>{format.exact(alert.value, alert.unit)}</strong>
          <span className="faint"> / {format.exact(alert.limit, alert.unit)}</span>
        </span>
      ),
    },
    {
      title: t('alerts.waste'),
      key: 'waste',
      align: 'right',
      responsive: ['lg'],
      sorter: (a, b) => a.waste.kgce - b.waste.kgce,
      render: (_, { waste }) => (
        <span className="nowrap">{waste.amount === 0 ? t('common.none') : format.exact(waste.amount, waste.unit)}</span>
      ),
    },
    {
      title: t('alerts.addressedTo'),
      key: 'addressedTo',
      responsive: ['xl'],
      render: (_, alert) => <span className="nowrap">{labels.of('addressedTo', alert.addressedTo)}</span>,
    },
    {
      title: t('alerts.state'),
      key: 'state',
      width: 84,
      render: (_, alert) => (
        <span className="tags">
          <StateTag state={alert.state} />
          <StandingTag alert={alert} />
        </span>
      ),
    },
  ];
}
