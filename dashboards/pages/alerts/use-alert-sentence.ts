import { useTranslation } from 'react-i18next';

import type { Alert } from '../../../services/api/schemas/alert.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';

type Fact = string | number | undefined;

/** Says an alert in plain sentences made from its evidence; facts that are absent are left out. */
export function useAlertSentence(): (alert: Alert) => string {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();

  const when = (fact: Fact): string => (typeof fact === 'string' ? format.dateTime(fact) : '');
  const figures = (alert: Alert): { institution: string; value: string; limit: string } => ({
    institution: alert.institutionName,
    value: format.exact(alert.value, alert.unit),
    limit: format.exact(alert.limit, alert.unit),
  });

  function quota(alert: Alert): string[] {
    const { facts } = alert.evidence;
    const [medium = '', span = ''] = alert.subject.split('/');
    const [year = '', month] = span.split('-');
    const { institution, value, limit } = figures(alert);
    const period =
      month === undefined
        ? t('sentence.periodYear', { year })
        : t('sentence.periodMonth', { year, month: Number(month) });
    const ratio = alert.limit > 0 ? alert.value / alert.limit : null;
    return [
      t('sentence.quota', {
        institution,
        period,
        medium: labels.of('mediumLong', medium),
        used: value,
        limit,
        ratio: format.percent(ratio),
      }),
      facts['warnedAt'] === undefined ? '' : t('sentence.quotaWarned', { at: when(facts['warnedAt']) }),
      facts['breachedAt'] === undefined ? '' : t('sentence.quotaBreached', { at: when(facts['breachedAt']) }),
    ];
  }

  function offHours(alert: Alert): string[] {
    const { facts } = alert.evidence;
    const mean = facts['workingHoursMeanKw'];
    return [
      t('sentence.offHours', figures(alert)),
      facts['peakAt'] === undefined ? '' : t('sentence.offHoursPeak', { at: when(facts['peakAt']) }),
      typeof mean === 'number' ? t('sentence.offHoursMean', { mean: format.exact(mean, 'kW') }) : '',
      hoursAbove(facts['hoursAbove']),
      facts['assumedCalendarYear'] === undefined
        ? ''
        : t('sentence.assumedCalendar', { year: String(facts['assumedCalendarYear']) }),
    ];
  }

  function thermostat(alert: Alert): string[] {
    const { facts } = alert.evidence;
    const point = alert.subjectName ?? t('sentence.point', { id: alert.subject });
    // Above the limit is a heating breach, below it one of cooling, should the season not be said.
    const heating = facts['season'] === undefined ? alert.value > alert.limit : facts['season'] === 'heating';
    const isSet = facts['basis'] === 'setpoint';
    const key = isSet ? (heating ? 'setpointHeating' : 'setpointCooling') : heating ? 'roomHeating' : 'roomCooling';
    return [t(`sentence.${key}`, { ...figures(alert), point }), hoursAbove(facts['hoursBeyond'])];
  }

  function hoursAbove(hours: Fact): string {
    return typeof hours === 'number' ? t('sentence.hoursAbove', { hours: format.number(hours, 0) }) : '';
  }

  function waste({ rule, waste: { amount, unit, kgce } }: Alert): string {
    if (amount <= 0) return '';
    // Degree-hours say how far a temperature strayed, not what was used.
    const key = kgce === 0 && unit === '°C·h' ? 'degreeHours' : rule === 'quota' ? 'excess' : 'waste';
    return t(`sentence.${key}`, { amount: format.exact(amount, unit), kgce: format.number(kgce, 1) });
  }

  return (alert) => {
    const told =
      alert.rule === 'quota'
        ? quota(alert)
        : alert.rule === 'off-hours'
          ? offHours(alert)
          : alert.rule === 'thermostat'
            ? thermostat(alert)
            : [t('sentence.other', figures(alert))];
    return [...told, waste(alert)].join('').trim();
  };
}
