import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { PageHead } from '../../layout/page-head.tsx';
import { DownloadsPanel } from './downloads-panel.tsx';
import { ImportPanel } from './import-panel.tsx';
import '../alerts/alerts.css';
import '../registry/registry.css';
import './exchange.css';

/** The registry as spreadsheets: templates and exports to take away, files to check and bring in. */
export function ExchangePage(): JSX.Element {
  const { t } = useTranslation();
  return (
    <div data-testid="page-exchange">
      <PageHead title={t('exchange.title')} subtitle={t('exchange.subtitle')} />
      <div className="grid">
        <ImportPanel />
        <DownloadsPanel />
      </div>
    </div>
  );
}
