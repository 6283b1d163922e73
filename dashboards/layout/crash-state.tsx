import { Button } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

/** Says that a page failed, and offers to load it again. */
export function CrashState(): JSX.Element {
  const { t } = useTranslation();
  return (
    <div className="state-box" role="alert" style={{ minHeight: 320 }}>
      <strong>{t('state.crashed')}</strong>
      <p>{t('state.unknown')}</p>
      <Button type="primary" onClick={() => window.location.reload()}>
        {t('state.reload')}
      </Button>
    </div>
  );
}
