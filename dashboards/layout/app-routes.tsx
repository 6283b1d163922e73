import { Suspense, lazy } from 'react';
import type { JSX } from 'react';
import { Navigate, Route, Routes } from 'react-router';

import { useSession } from '../api-client/use-session.ts';
import { AppLayout } from './app-layout.tsx';
import { ErrorState } from './error-state.tsx';
import { homeOf } from './home-of.ts';
import { NotFound } from './not-found.tsx';
import { PageSkeleton } from './page-skeleton.tsx';
import { seesSystem } from './sees-system.ts';

const LoginPage = lazy(async () => ({ default: (await import('../pages/login/login-page.tsx')).LoginPage }));
const OverviewPage = lazy(async () => ({
  default: (await import('../pages/overview/overview-page.tsx')).OverviewPage,
}));
const InstitutionsPage = lazy(async () => ({
  default: (await import('../pages/institutions/institutions-page.tsx')).InstitutionsPage,
}));
const InstitutionPage = lazy(async () => ({
  default: (await import('../pages/institution/institution-page.tsx')).InstitutionPage,
}));
const MeterPage = lazy(async () => ({ default: (await import('../pages/meter/meter-page.tsx')).MeterPage }));
const AlertsPage = lazy(async () => ({ default: (await import('../pages/alerts/alerts-page.tsx')).AlertsPage }));
const ReviewPage = lazy(async () => ({ default: (await import('../pages/review/review-page.tsx')).ReviewPage }));
const ReportsPage = lazy(async () => ({ default: (await import('../pages/reports/reports-page.tsx')).ReportsPage }));
const ReportPage = lazy(async () => ({ default: (await import('../pages/reports/report-page.tsx')).ReportPage }));
const RegistryPage = lazy(async () => ({
  default: (await import('../pages/registry/registry-page.tsx')).RegistryPage,
}));
const ExchangePage = lazy(async () => ({
  default: (await import('../pages/exchange/exchange-page.tsx')).ExchangePage,
}));
const DiscoveryPage = lazy(async () => ({
  default: (await import('../pages/discovery/discovery-page.tsx')).DiscoveryPage,
}));
const CalendarPage = lazy(async () => ({
  default: (await import('../pages/calendar/calendar-page.tsx')).CalendarPage,
}));
const AccountingPage = lazy(async () => ({
  default: (await import('../pages/accounting/accounting-page.tsx')).AccountingPage,
}));
const SystemPage = lazy(async () => ({ default: (await import('../pages/system/system-page.tsx')).SystemPage }));

/** The login page without a session; with one, the page of each address. */
export function AppRoutes(): JSX.Element {
  const session = useSession();
  if (session.data === undefined)
    return (
      <main className="bare">
        {session.error === null ? (
          <PageSkeleton />
        ) : (
          <ErrorState error={session.error} height={320} onRetry={() => void session.refetch()} />
        )}
      </main>
    );
  // The address stays: after the login its page opens.
  if (session.data === null)
    return (
      <Suspense fallback={<PageSkeleton />}>
        <LoginPage />
      </Suspense>
    );
  const home = homeOf(session.data);
  return (
    <Routes>
      <Route element={<AppLayout session={session.data} />}>
        <Route index element={<Navigate to={home} replace />} />
        <Route
          path="overview"
          element={session.data.role === 'institution' ? <Navigate to={home} replace /> : <OverviewPage />}
        />
        <Route path="institutions" element={<InstitutionsPage />} />
        <Route path="institutions/:id/*" element={<InstitutionPage />} />
        <Route path="meters/:id/*" element={<MeterPage />} />
        <Route path="alerts" element={<AlertsPage />} />
        <Route path="review/*" element={<ReviewPage />} />
        <Route path="reports" element={<ReportsPage />} />
        <Route path="reports/:year/:owner" element={<ReportPage />} />
        <Route path="registry/*" element={<RegistryPage />} />
        <Route path="exchange" element={seesSystem(session.data) ? <ExchangePage /> : <Navigate to={home} replace />} />
        <Route
          path="discovery"
          element={seesSystem(session.data) ? <DiscoveryPage /> : <Navigate to={home} replace />}
        />
        <Route path="accounting/*" element={<AccountingPage />} />
        <Route path="calendar" element={<CalendarPage />} />
        <Route path="system" element={seesSystem(session.data) ? <SystemPage /> : <Navigate to={home} replace />} />
        <Route path="*" element={<NotFound />} />
      </Route>
    </Routes>
  );
}
