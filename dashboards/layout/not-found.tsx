import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

/** An address that leads nowhere. */
export function NotFound(): JSX.Element {
  const { t } = useTranslation();
  return (
    <div className="state-box" style={{ minHeight: 320 }}>
      <strong>{t('state.pageNotFound')}</strong>
      <Link to="/">{t('state.backHome')}</Link>
    </div>
  );
}
