import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { wallTimeOf } from '../api-client/local-date.ts';
import { formatAmount, formatEntered, formatNumber, unitSign } from './format-number.ts';
import type { Amount } from './format-number.ts';

/** Numbers and times in the language in use. Times are those of Asia/Shanghai. What is null is called missing. */
export interface Format {
  number(value: number | null | undefined, digits?: number): string;
  /** Scaled to be read, number and unit apart. */
  amount(value: number, unit: string): Amount;
  /** Number and unit as it is, not scaled. */
  exact(value: number | null | undefined, unit: string, digits?: number): string;
  /** As it was entered, every digit of it; with its unit, where given. */
  entered(value: number, unit?: string): string;
  /** A ratio as a percentage. */
  percent(ratio: number | null | undefined, digits?: number): string;
  /** `2026-11-22 13:45` */
  dateTime(instant: string): string;
  /** `2026-11-22 13:45:08` */
  dateTimeSeconds(instant: string): string;
}

/** The formats of the language in use. */
export function useFormat(): Format {
  const { t, i18n } = useTranslation();
  const language = i18n.language;
  return useMemo(() => {
    const missing = t('common.missing');
    const names = { tenThousandKwh: t('units.tenThousandKwh'), ton: t('units.ton'), tce: t('units.tce') };
    return {
      number: (value, digits) => (value == null ? missing : formatNumber(language, value, digits)),
      amount: (value, unit) => formatAmount(language, value, unit, names),
      exact: (value, unit, digits) =>
        value == null ? missing : `${formatNumber(language, value, digits)} ${unitSign(unit)}`,
      entered: (value, unit) => `${formatEntered(language, value)}${unit === undefined ? '' : ` ${unitSign(unit)}`}`,
      percent: (ratio, digits = 1) => (ratio == null ? missing : `${formatNumber(language, ratio * 100, digits)}%`),
      dateTime: (instant) => wallTimeOf(instant).slice(0, 16).replace('T', ' '),
      dateTimeSeconds: (instant) => wallTimeOf(instant).replace('T', ' '),
    };
  }, [t, language]);
}
