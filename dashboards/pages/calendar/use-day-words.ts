import { useTranslation } from 'react-i18next';

import { markOf, type CalendarDay } from './day-mark.ts';

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** A day in words: date, weekday, whether it is worked, what it is called, its season. */
export function useDayWords(): (day: CalendarDay) => string {
  const { t } = useTranslation();
  return (day) => {
    const weekday = WEEKDAYS[new Date(`${day.date}T00:00:00Z`).getUTCDay()] ?? 'sun';
    return [
      `${day.date} ${t(`calendar.weekday.${weekday}`)}`,
      t(`calendar.mark.${markOf(day)}`),
      day.name,
      day.season === 'none' ? '' : t(`calendar.season.${day.season}`),
      day.reason === 'city' || day.reason === 'own' ? t(`calendar.reason.${day.reason}`) : '',
    ]
      .filter((part) => part !== '')
      .join(t('calendar.comma'));
  };
}
