import { useTranslation } from 'react-i18next';

import type { Alert } from '../../../services/api/schemas/alert.ts';
import { useLabels } from '../../i18n/use-labels.ts';

/** What an alert is about in a few words: the medium and period of a quota, or the temperature point; all of its electricity where it is about standby load. */
export function useAlertSubject(): (alert: Alert) => string {
  const { t } = useTranslation();
  const labels = useLabels();
  return ({ rule, subject, subjectName }) => {
    if (rule === 'off-hours') return labels.of('mediumLong', 'electricity');
    if (rule !== 'quota') return subjectName ?? subject;
    const [medium = '', span = ''] = subject.split('/');
    const [year = '', month] = span.split('-');
    const period =
      month === undefined
        ? t('sentence.periodYear', { year })
        : t('sentence.periodMonth', { year, month: Number(month) });
    return `${labels.of('medium', medium)} ${period}`;
  };
}
