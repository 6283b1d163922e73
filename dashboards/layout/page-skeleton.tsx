import { Skeleton } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

/** Stands where a page will be while its code loads. */
export function PageSkeleton(): JSX.Element {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('state.loading')}>
      <Skeleton active paragraph={{ rows: 10 }} />
    </div>
  );
}
