import { createInstance } from 'i18next';
import { initReactI18next } from 'react-i18next';

import { en } from './en.ts';
import { zhCn } from './zh-cn.ts';

/** The languages of the dashboards; the first is the default. */
export const LANGUAGES = [
  { code: 'zh-CN', name: '中文' },
  { code: 'en', name: 'English' },
] as const;

const STORAGE_KEY = 'jieneng.language';

const i18n = createInstance();

/** Starts i18next in the language chosen last on this browser, Chinese where none was. */
export async function startI18n(): Promise<void> {
  i18n.on('languageChanged', (language) => {
    document.documentElement.lang = language;
    document.title = i18n.t('app.fullTitle');
  });
  await i18n.use(initReactI18next).init({
    resources: { 'zh-CN': { translation: zhCn }, en: { translation: en } },
    lng: storedLanguage(),
    fallbackLng: 'zh-CN',
    interpolation: { escapeValue: false },
  });
}

/** Switches the language and keeps the choice in this browser. */
export async function chooseLanguage(code: string): Promise<void> {
  try {
    localStorage.setItem(STORAGE_KEY, code);
  } catch {
    // A browser that keeps nothing still switches for this visit.
  }
  await i18n.changeLanguage(code);
}

function storedLanguage(): string {
  try {
    const stored = localStorage.getItem(STORAGE_KEY);
    if (LANGUAGES.some(({ code }) => code === stored)) return stored ?? LANGUAGES[0].code;
  } catch {
    // No storage: the default.
  }
  return LANGUAGES[0].code;
}
