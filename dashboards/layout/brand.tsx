import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

/** The platform's mark and name. */
export function Brand(): JSX.Element {
  const { t } = useTranslation();
  return (
    <div className="brand">
      <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
        <rect width="32" height="32" rx="5" fill="#0b6e69" />
        <path d="M7 24V14M13 24V8M19 24v-7M25 24V11" stroke="#fff" strokeWidth="3.2" strokeLinecap="square" />
      </svg>
      <span>{t('app.brand')}</span>
    </div>
  );
}
