import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, Route, Routes } from 'react-router';

import { NotFound } from '../../layout/not-found.tsx';
import { PageHead } from '../../layout/page-head.tsx';
import { TabLinks } from '../../layout/tab-links.tsx';
import { useMayEdit } from '../../layout/use-may-edit.ts';
import { BindingsTab } from './bindings-tab.tsx';
import { CollectorsTab } from './collectors-tab.tsx';
import { InstitutionEntry } from './institution-entry.tsx';
import { InstitutionsTab } from './institutions-tab.tsx';
import { MeterEntry } from './meter-entry.tsx';
import { MetersTab } from './meters-tab.tsx';
import { PlacesTab } from './places-tab.tsx';
import '../alerts/alerts.css';
import '../system/system.css';
import './registry.css';

/** What the platform knows of institutions, places, meters and what they speak through; the bureau edits it here. */
export function RegistryPage(): JSX.Element {
  const { t } = useTranslation();
  const mayEdit = useMayEdit();
  const names = [
    'institutions',
    'places',
    'meters',
    ...(mayEdit ? (['collectors', 'bindings'] as const) : []),
  ] as const;
  const tab = (name: (typeof names)[number], content: JSX.Element): JSX.Element => (
    <Route
      path={name}
      element={
        <>
          <PageHead title={t('registry.title')} subtitle={t(mayEdit ? 'registry.subtitle' : 'registry.readOnly')} />
          <TabLinks
            label={t('registry.title')}
            tabs={names.map((one) => ({ to: `/registry/${one}`, text: t(`registry.tab.${one}`) }))}
          />
          {content}
        </>
      }
    />
  );
  return (
    <div data-testid="page-registry">
      <Routes>
        <Route index element={<Navigate to="institutions" replace />} />
        {tab('institutions', <InstitutionsTab />)}
        {tab('places', <PlacesTab />)}
        {tab('meters', <MetersTab />)}
        {mayEdit && tab('collectors', <CollectorsTab />)}
        {mayEdit && tab('bindings', <BindingsTab />)}
        <Route path="institutions/:id" element={<InstitutionEntry />} />
        <Route path="meters/:id" element={<MeterEntry />} />
        <Route path="*" element={<NotFound />} />
      </Routes>
    </div>
  );
}
