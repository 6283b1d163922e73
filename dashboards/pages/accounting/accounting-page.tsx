import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, Route, Routes } from 'react-router';

import { NotFound } from '../../layout/not-found.tsx';
import { PageHead } from '../../layout/page-head.tsx';
import { TabLinks } from '../../layout/tab-links.tsx';
import { CoefficientsTab } from './coefficients-tab.tsx';
import { TariffsTab } from './tariffs-tab.tsx';
import { VirtualMeterEntry } from './virtual-meter-entry.tsx';
import { VirtualMetersTab } from './virtual-meters-tab.tsx';
import { WeatherTab } from './weather-tab.tsx';
import '../alerts/alerts.css';
import '../system/system.css';
import '../registry/registry.css';
import './accounting.css';

const TABS = ['tariffs', 'coefficients', 'virtual', 'weather'] as const;

/** What cost, coal, carbon and comparisons are worked out by: prices, factors, virtual meters, outdoor temperatures. */
export function AccountingPage(): JSX.Element {
  const { t } = useTranslation();
  const tab = (name: (typeof TABS)[number], content: JSX.Element): JSX.Element => (
    <Route
      path={name}
      element={
        <>
          <PageHead title={t('accounting.title')} subtitle={t('accounting.subtitle')} />
          <TabLinks
            label={t('accounting.title')}
            tabs={TABS.map((one) => ({ to: `/accounting/${one}`, text: t(`accounting.tab.${one}`) }))}
          />
          {content}
        </>
      }
    />
  );
  return (
    <div data-testid="page-accounting">
      <Routes>
        <Route index element={<Navigate to="tariffs" replace />} />
        {tab('tariffs', <TariffsTab />)}
        {tab('coefficients', <CoefficientsTab />)}
        {tab('virtual', <VirtualMetersTab />)}
        {tab('weather', <WeatherTab />)}
        <Route path="virtual/:id" element={<VirtualMeterEntry />} />
        <Route path="*" element={<NotFound />} />
      </Routes>
    </div>
  );
}
