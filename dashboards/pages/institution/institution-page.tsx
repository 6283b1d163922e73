import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Route, Routes, useLocation, useParams, useSearchParams } from 'react-router';

import type { Institution } from '../../../services/api/schemas/institution.ts';
import type { LocalDate } from '../../api-client/local-date.ts';
import { useToday } from '../../api-client/use-health.ts';
import { useInstitution } from '../../api-client/use-institutions.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import { NotFound } from '../../layout/not-found.tsx';
import { PageHead } from '../../layout/page-head.tsx';
import { PageSkeleton } from '../../layout/page-skeleton.tsx';
import { TabLinks } from '../../layout/tab-links.tsx';
import { BalancePart } from './balance-part.tsx';
import { ComparisonCard } from './comparison-card.tsx';
import { CostPart } from './cost-part.tsx';
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

const TABS = ['overview', 'cost', 'balance'] as const;

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
  const { pathname } = useLocation();
  const { institution, today } = props;
  const { id } = institution;
  const address = `/institutions/${encodeURIComponent(id)}`;
  const asked = search.get('date') ?? '';
  const date = /^\d{4}-\d{2}-\d{2}$/.test(asked) && !Number.isNaN(Date.parse(asked)) && asked <= today ? asked : today;
  return (
    <>
      <PageHead
        title={institution.name}
        subtitle={`${labels.of('type', institution.type)} · ${institution.regionName} · ${t('institution.reportsTo')} ${institution.reportsToName}`}
        extra={
          // Cost and balance choose their own time.
          decodeURIComponent(pathname) === decodeURIComponent(address) && (
            <DayPicker
              date={date}
              today={today}
              onChange={(next) => setSearch(next === today ? {} : { date: next }, { replace: true })}
            />
          )
        }
      />
      <TabLinks
        label={t('institution.parts')}
        isExact
        tabs={TABS.map((tab) => ({
          to: tab === 'overview' ? address : `${address}/${tab}`,
          text: t(`institution.tab.${tab}`),
        }))}
      />
      <Routes>
        <Route
          index
          element={
            <div className="grid">
              <FactsPanel institution={institution} />
              <LoadCard id={id} date={date} today={today} />
              <OpenAlertsPanel id={id} />
              <ComparisonCard id={id} today={today} />
              <QuotaCards id={id} year={Number(date.slice(0, 4))} today={today} />
              <HeatmapCard id={id} date={date} />
              <SubItemDaysCard id={id} date={date} today={today} />
              <SubItemShareCard id={id} date={date} />
              <StandbyCard id={id} date={date} />
              <TemperaturePanel id={id} />
              <MetersPanel id={id} />
            </div>
          }
        />
        <Route
          path="cost"
          element={
            <div className="grid">
              <CostPart id={id} today={today} />
            </div>
          }
        />
        <Route
          path="balance"
          element={
            <div className="grid">
              <BalancePart id={id} today={today} />
            </div>
          }
        />
        <Route path="*" element={<NotFound />} />
      </Routes>
    </>
  );
}
