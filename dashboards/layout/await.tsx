import { Skeleton } from 'antd';
import type { JSX, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ErrorState } from './error-state.tsx';

/** What of a query the states need. */
export interface Awaited<T> {
  data: T | undefined;
  error: Error | null;
  refetch: () => unknown;
}

/** Shows what a query brought; a skeleton until then, and what to do where it failed. Old data outlives a failed retry. */
export function Await<T>(props: { query: Awaited<T>; height?: number; children: (data: T) => ReactNode }): JSX.Element {
  const { t } = useTranslation();
  const { query, height = 160, children } = props;
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error !== null)
    return <ErrorState error={query.error} height={height} onRetry={() => void query.refetch()} />;
  return (
    <div style={{ minHeight: height }} role="status" aria-label={t('state.loading')}>
      <Skeleton active title={false} paragraph={{ rows: Math.max(2, Math.min(8, Math.round(height / 40))) }} />
    </div>
  );
}
