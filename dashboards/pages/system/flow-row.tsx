import type { JSX, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { Health } from '../../../services/api/schemas/health.ts';
import { sampleOf, type IngestRate } from '../../api-client/use-ingest-rate.ts';
import { useQuarantineSummary } from '../../api-client/use-quarantine.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { Await } from '../../layout/await.tsx';
import type { Awaited } from '../../layout/await.tsx';
import { formatBytes } from './format-bytes.ts';
import '../overview/overview.css';

/** What comes in, what is stored of it, what waits, what stands in quarantine: in figures. */
export function FlowRow(props: { query: Awaited<Health>; rate: IngestRate }): JSX.Element {
  const { t } = useTranslation();
  return (
    <section className="panel kpi-panel" aria-label={t('system.title')}>
      <Await query={props.query} height={96}>
        {(health) => <Flow health={health} rate={props.rate} />}
      </Await>
    </section>
  );
}

function Flow({ health, rate }: { health: Health; rate: IngestRate }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const summary = useQuarantineSummary();
  const total = sampleOf(health, 0);
  const lag = health.parts['drain']?.['lagBytes'];
  const age = health.parts['drain']?.['oldestAgeS'];
  const sinceStart = (count: number | undefined): string =>
    count === undefined ? '' : t('system.sinceStart', { count: format.number(count, 0) });
  const oldest = summary.data?.oldest ?? null;
  return (
    <div className="kpi-row flow-row">
      <Figure name="received" title={t('system.received')} note={sinceStart(total.received)}>
        <Rate value={rate.received} />
      </Figure>
      <Figure name="stored" title={t('system.stored')} note={sinceStart(total.stored)}>
        <Rate value={rate.stored} />
      </Figure>
      <Figure
        name="lag"
        title={t('system.lag')}
        note={
          typeof age === 'number' && age >= 1
            ? t('system.lagAge', { seconds: format.number(age, 0) })
            : lag === 0
              ? t('system.lagNone')
              : ''
        }
      >
        {typeof lag === 'number' ? formatBytes(lag) : t('common.none')}
      </Figure>
      <Figure
        name="quarantine"
        title={t('system.inQuarantine')}
        note={oldest === null ? '' : t('system.oldest', { time: format.dateTime(oldest) })}
      >
        {summary.data === undefined ? t('common.none') : format.number(summary.data.items, 0)}{' '}
        <small>{t('system.items')}</small>
      </Figure>
    </div>
  );
}

function Figure(props: { name: string; title: string; note: string; children: ReactNode }): JSX.Element {
  return (
    <div className="kpi" data-testid={`flow-${props.name}`}>
      <span className="kpi-name">{props.title}</span>
      <span className="kpi-value">{props.children}</span>
      <span className="kpi-note">{props.note}</span>
    </div>
  );
}

function Rate(props: { value: number | undefined }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  if (props.value === undefined) return <small>{t('system.measuring')}</small>;
  return (
    <>
      {format.number(props.value, props.value < 10 ? 1 : 0)} <small>{t('system.perSecond')}</small>
    </>
  );
}
