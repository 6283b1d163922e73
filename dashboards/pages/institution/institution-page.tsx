import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams, useSearchParams } from 'react-router';

import type { Institution } from '../../../services/api/schemas/institution.ts';
import type { LocalDate } from '../../api-client/local-date.ts';
import { useToday } from '../../api-client/use-health.ts';
import { useInstitution } from '../../api-client/use-institutions.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import { PageHead } from '../../layout/page-head.tsx';
import { PageSkeleton } from '../../layout/page-skeleton.tsx';
import { DayPicker } from './day-picker.tsx';
import { FactsPanel } from './facts-panel.tsx';
import { HeatmapCard } from './heatmap-card.tsx';
import { LoadCard } from './load-card.tsx';
import { MetersPanel } from './meters-panel.tsx';
import { OpenAlertsPanel } from './open-alerts-panel.tsx';
import { QuotaCards } from './quota-cards.tsx';
import { StandbyCard } from './standby-card.tsx';
import { SubItemDaysCard, SubItemShareCard } from './sub-item-cards.tsx';
import { TemperaturePanel } from './temperature-panel.tsx';
import './institution.css';

/** One institution: its load, sub-items, quotas, standby, temperatures, meters and alerts up to a chosen day. */
export function InstitutionPage(): JSX.Element {
  const { id = '' } = useParams();
  const institution = useInstitution(id);
  const today = useToday();
  return (
    <div data-testid="page-institution">
      <Await query={institution} height={480}>
        {(data) => (today === undefined ? <PageSkeleton /> : <InstitutionView institution={data} today={today} />)}
      </Await>
    </div>
  );
}

function InstitutionView(props: { institution: Institution; today: LocalDate }): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const [search, setSearch] = useSearchParams();
  const { institution, today } = props;
  const { id } = institution;
  const asked = search.get('date') ?? '';
  const date = /^\d{4}-\d{2}-\d{2}$/.test(asked) && !Number.isNaN(Date.parse(asked)) && asked <= today ? asked : today;
  return (
    <>
      <PageHead
        title={institution.name}
        subtitle={`${labels.of('type', institution.type)} · ${institution.regionName} · ${t('institution.reportsTo')} ${institution.reportsToName}`}
        extra={
          <DayPicker
            date={date}
            today={today}
            onChange={(next) => setSearch(next === today ? {} : { date: next }, { replace: true })}
          />
        }
      />
      <div className="grid">
        <FactsPanel institution={institution} />
        <LoadCard id={id} date={date} today={today} />
        <OpenAlertsPanel id={id} />
        <QuotaCards id={id} year={Number(date.slice(0, 4))} today={today} />
        <HeatmapCard id={id} date={date} />
        <SubItemDaysCard id={id} date={date} today={today} />
        <SubItemShareCard id={id} date={date} />
        <StandbyCard id={id} date={date} />
        <TemperaturePanel id={id} />
        <MetersPanel id={id} />
      </div>
    </>
  );
}
