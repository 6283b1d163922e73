import { DownloadOutlined } from '@ant-design/icons';
import { Button, Segmented, Select } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { RegistrySheet } from '../../../services/api/schemas/registry-exchange.ts';
import { apiUrl } from '../../api-client/request.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { Panel } from '../../layout/panel.tsx';

/** Templates to be filled and the registry as it stands, in either language, as a workbook or CSV. */
export function DownloadsPanel(): JSX.Element {
  const { t, i18n } = useTranslation();
  const labels = useLabels();
  const [lang, setLang] = useState<'zh' | 'en'>(i18n.language.startsWith('zh') ? 'zh' : 'en');
  const [sheet, setSheet] = useState<RegistrySheet>();
  return (
    <Panel
      title={t('exchange.downloads')}
      className="span-12"
      extra={
        <Segmented
          size="small"
          aria-label={t('exchange.headings')}
          value={lang}
          onChange={setLang}
          options={[
            { value: 'zh' as const, label: t('exchange.inChinese') },
            { value: 'en' as const, label: t('exchange.inEnglish') },
          ]}
        />
      }
    >
      <p className="form-hint">{t('exchange.downloadsHint')}</p>
      <div className="filters download-sheet">
        <Select
          allowClear
          className="wide"
          aria-label={t('exchange.sheet')}
          placeholder={t('exchange.allSheets')}
          value={sheet}
          options={labels.options('sheet')}
          onChange={setSheet}
        />
      </div>
      <div className="download-rows">
        {(['template', 'export'] as const).map((kind) => (
          <div key={kind}>
            <strong>{t(`exchange.${kind}`)}</strong>
            <p className="faint">{t(`exchange.${kind}Hint`)}</p>
            <div className="row-buttons">
              {(['xlsx', 'csv'] as const)
                .filter((format) => sheet === undefined || format === 'csv')
                .map((format) => (
                  <Button
                    key={format}
                    icon={<DownloadOutlined />}
                    href={apiUrl(`/registry/${kind}`, { format, lang, sheet })}
                    data-testid={`${kind}-${format}`}
                    aria-label={`${t(`exchange.${kind}`)} ${t(`exchange.${format}`)}`}
                  >
                    {t(format === 'csv' && sheet === undefined ? 'exchange.zip' : `exchange.${format}`)}
                  </Button>
                ))}
            </div>
          </div>
        ))}
      </div>
    </Panel>
  );
}
