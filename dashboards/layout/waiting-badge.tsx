import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { useWaiting } from '../api-client/use-waiting.ts';

/** How many corrections wait for approval; nothing where none does. */
export function WaitingBadge(): JSX.Element | null {
  const { t } = useTranslation();
  const { data } = useWaiting();
  if (data === undefined || data.count === 0) return null;
  const shown = `${data.count}${data.isMore ? '+' : ''}`;
  return (
    <span className="menu-badge" data-testid="waiting">
      <span aria-hidden="true">{shown}</span>
      <span className="visually-hidden">{t('review.waiting', { count: shown })}</span>
    </span>
  );
}
