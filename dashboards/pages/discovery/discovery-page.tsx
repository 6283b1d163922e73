import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { PageHead } from '../../layout/page-head.tsx';
import { HeardCollectorsPanel } from './heard-collectors-panel.tsx';
import { HeardMetersPanel } from './heard-meters-panel.tsx';
import { SparkplugPanel } from './sparkplug-panel.tsx';
import '../alerts/alerts.css';
import '../registry/registry.css';
import '../system/system.css';
import './discovery.css';

/** What speaks and nobody has registered, and taking it into the registry; how Sparkplug nodes are doing. */
export function DiscoveryPage(): JSX.Element {
  const { t } = useTranslation();
  return (
    <div data-testid="page-discovery">
      <PageHead title={t('discovery.title')} subtitle={t('discovery.subtitle')} />
      <div className="grid">
        <HeardMetersPanel />
        <HeardCollectorsPanel />
        <SparkplugPanel />
      </div>
    </div>
  );
}
