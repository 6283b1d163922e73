import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { markOf, type CalendarDay } from './day-mark.ts';
import { useDayWords } from './use-day-words.ts';

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** One month, week by week from Monday on. */
export function MonthTable(props: {
  year: number;
  month: number;
  days: readonly CalendarDay[];
  today: string | undefined;
  /** The day that the tab key stops at. */
  stop: string;
  onFocus: (date: string) => void;
  onOpen: (date: string) => void;
}): JSX.Element {
  const { t } = useTranslation();
  const words = useDayWords();
  const { year, month, days, today, stop } = props;
  const seasons = [...new Set(days.map(({ season }) => season))].filter((season) => season !== 'none');
  return (
    <table className="month">
      <caption>
        <span>{t(`calendar.month.m${month as 1}`, { year })}</span>
        <span className="month-seasons">{seasons.map((season) => t(`calendar.season.${season}`)).join(' ')}</span>
      </caption>
      <thead>
        <tr>
          {WEEKDAYS.map((day) => (
            <th key={day} scope="col" abbr={t(`calendar.weekday.${day}`)}>
              {t(`calendar.weekdayShort.${day}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeksOf(days).map((week) => (
          <tr key={week.find((day) => day !== undefined)?.date}>
            {week.map((day, index) =>
              day === undefined ? (
                // A week has seven places, of which the first month's and the last one's may be empty.
                // oxlint-disable-next-line react/no-array-index-key
                <td key={index} />
              ) : (
                <td key={day.date}>
                  <button
                    type="button"
                    className={`day ${markOf(day)} ${day.season}${day.date === today ? ' today' : ''}`}
                    data-date={day.date}
                    tabIndex={day.date === stop ? 0 : -1}
                    title={words(day)}
                    onFocus={() => props.onFocus(day.date)}
                    onClick={() => props.onOpen(day.date)}
                  >
                    <span className="visually-hidden">{words(day)}</span>
                    <span aria-hidden="true">{Number(day.date.slice(8))}</span>
                    <DayLetter day={day} />
                  </button>
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The letter is drawn, not written: the button's words say the same. */
function DayLetter({ day }: { day: CalendarDay }): JSX.Element | null {
  const { t } = useTranslation();
  const mark = markOf(day);
  const entered = day.reason === 'city' || day.reason === 'own' ? t('calendar.letter.entered') : '';
  const letter = mark === 'work' || mark === 'rest' ? '' : t(`calendar.letter.${mark}`);
  return letter + entered === '' ? null : <i data-letter={letter + entered} />;
}

function weeksOf(days: readonly CalendarDay[]): (CalendarDay | undefined)[][] {
  const [first] = days;
  if (first === undefined) return [];
  const before = (new Date(`${first.date}T00:00:00Z`).getUTCDay() + 6) % 7;
  const places = [...Array.from<undefined>({ length: before }), ...days];
  const weeks: (CalendarDay | undefined)[][] = [];
  for (let at = 0; at < places.length; at += 7) {
    const week = places.slice(at, at + 7);
    weeks.push([...week, ...Array.from<undefined>({ length: 7 - week.length })]);
  }
  return weeks;
}
