import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import type { Messages } from './messages.ts';

/** Names of coded values in the language in use; a code without a name stands for itself. */
export interface Labels {
  of(group: LabelGroup, code: string): string;
  /** Every code of a group with its name, to be chosen from. */
  options(group: LabelGroup): { value: string; label: string }[];
  /** `B1 冷热站`, or what is left over by the sub-meters. */
  subItem(code: string | null): string;
  /** What an alert of a rule says: a quota that is only near its limit is not exceeded. */
  alert(alert: { rule: string; value: number; limit: number }): string;
  /** `Art. 20(1)` in words of the language. */
  article(article: string): string;
}

type LabelGroup =
  | 'medium'
  | 'mediumLong'
  | 'type'
  | 'subItem'
  | 'measures'
  | 'zoneKind'
  | 'quality'
  | 'rule'
  | 'quotaAlert'
  | 'severity'
  | 'alertState'
  | 'addressedTo'
  | 'metric'
  | 'role'
  | 'part'
  | 'quarantineReason'
  | 'quarantineAdvice'
  | 'readingFlag'
  | 'replayState'
  | 'attribute'
  | 'buildingClass'
  | 'heatingMode'
  | 'wireFormat'
  | 'lifeKind'
  | 'direction'
  | 'sheet'
  | 'decisionKind'
  | 'decisionState'
  | 'findingKind'
  | 'findingAdvice'
  | 'manualSource'
  | 'readingSource'
  | 'changeReason'
  | 'tariffPeriod'
  | 'tariffDays'
  | 'tariffKind'
  | 'comparison'
  | 'comparisonReason'
  | 'leftOutReason'
  | 'costReason';

/** The labels of the language in use. */
export function useLabels(): Labels {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  return useMemo(() => {
    const resources = i18n.getResourceBundle(language, 'translation') as Messages;
    const of = (group: LabelGroup, code: string): string => {
      const names: Record<string, string> = resources[group];
      return Object.hasOwn(names, code) ? (names[code] ?? code) : code;
    };
    return {
      of,
      options: (group) => Object.entries<string>(resources[group]).map(([value, label]) => ({ value, label })),
      subItem: (code) =>
        code === null || code === '' ? of('subItem', 'unassigned') : joined(code, of('subItem', code)),
      alert: ({ rule, value, limit }) =>
        rule === 'quota' ? of('quotaAlert', value > limit ? 'exceeded' : 'near') : of('rule', rule),
      article: (text) =>
        text
          .replace(/^Art\. ?/, '')
          .split(/, ?/)
          .map((part) => {
            const [, article, item] = /^(\d+)(?:\((\d+)\))?$/.exec(part) ?? [];
            if (article === undefined) return part;
            return item === undefined ? t('article', { article }) : t('articleItem', { article, item });
          })
          .join(t('articleSeparator')),
    };
  }, [t, i18n, language]);
}

function joined(code: string, name: string): string {
  return name === code ? code : `${code} ${name}`;
}
