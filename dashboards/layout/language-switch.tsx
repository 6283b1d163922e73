import { Segmented } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { LANGUAGES, chooseLanguage } from '../i18n/start-i18n.ts';

/** Switches between the languages of the dashboards. */
export function LanguageSwitch(): JSX.Element {
  const { t, i18n } = useTranslation();
  return (
    <Segmented
      size="small"
      aria-label={t('app.language')}
      data-testid="language-switch"
      value={i18n.language}
      options={LANGUAGES.map(({ code, name }) => ({ value: code, label: name }))}
      onChange={(code) => void chooseLanguage(code)}
    />
  );
}
