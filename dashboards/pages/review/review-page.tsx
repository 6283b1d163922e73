import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, Route, Routes } from 'react-router';

import { NotFound } from '../../layout/not-found.tsx';
import { PageHead } from '../../layout/page-head.tsx';
import { TabLinks } from '../../layout/tab-links.tsx';
import { DecisionEntry } from './decision-entry.tsx';
import { DecisionsTab } from './decisions-tab.tsx';
import { FindingsTab } from './findings-tab.tsx';
import { LedgerTab } from './ledger-tab.tsx';
import '../alerts/alerts.css';
import '../system/system.css';
import './review.css';

const TABS = ['decisions', 'findings', 'ledger'] as const;

/** What of the data needs a person: corrections to approve, findings to decide, and closed days that changed. */
export function ReviewPage(): JSX.Element {
  const { t } = useTranslation();
  const tab = (name: (typeof TABS)[number], content: JSX.Element): JSX.Element => (
    <Route
      path={name}
      element={
        <>
          <PageHead title={t('review.title')} subtitle={t('review.subtitle')} />
          <TabLinks
            label={t('review.title')}
            tabs={TABS.map((one) => ({ to: `/review/${one}`, text: t(`review.tab.${one}`) }))}
          />
          {content}
        </>
      }
    />
  );
  return (
    <div data-testid="page-review">
      <Routes>
        <Route index element={<Navigate to="decisions" replace />} />
        {tab('decisions', <DecisionsTab />)}
        {tab('findings', <FindingsTab />)}
        {tab('ledger', <LedgerTab />)}
        <Route path="decisions/:id" element={<DecisionEntry />} />
        <Route path="*" element={<NotFound />} />
      </Routes>
    </div>
  );
}
