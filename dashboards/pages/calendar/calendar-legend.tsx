import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

const MARKS = ['work', 'rest', 'holiday', 'make-up', 'term-break'] as const;

/** What the marks of days mean. */
export function CalendarLegend(): JSX.Element {
  const { t } = useTranslation();
  return (
    <ul className="calendar-legend" aria-label={t('calendar.legend')}>
      {MARKS.map((mark) => (
        <li key={mark}>
          <span className={`day ${mark}`} aria-hidden="true">
            <span>8</span>
            {mark !== 'work' && mark !== 'rest' && <i data-letter={t(`calendar.letter.${mark}`)} />}
          </span>
          {t(`calendar.mark.${mark}`)}
        </li>
      ))}
      <li>
        <span className="day work" aria-hidden="true">
          <span>8</span>
          <i data-letter={t('calendar.letter.entered')} />
        </span>
        {t('calendar.entered')}
      </li>
      {(['heating', 'cooling'] as const).map((season) => (
        <li key={season}>
          <span className={`day work ${season}`} aria-hidden="true">
            <span>8</span>
          </span>
          {t(`calendar.season.${season}`)}
        </li>
      ))}
    </ul>
  );
}
