import { useRef, useState } from 'react';
import type { JSX, KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';

import type { CalendarYear } from '../../../services/api/schemas/calendar.ts';
import { addDays } from '../../api-client/local-date.ts';
import { Panel } from '../../layout/panel.tsx';
import { CalendarLegend } from './calendar-legend.tsx';
import { MonthTable } from './month-table.tsx';

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const MONTHS = Array.from({ length: 12 }, (_, index) => index + 1);

/** Twelve months; one stop of the tab key, within which the arrows go from day to day. */
export function YearPanel(props: {
  calendar: CalendarYear;
  today: string | undefined;
  onOpen: (date: string) => void;
}): JSX.Element {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const { calendar, today, onOpen } = props;
  const first = `${calendar.year}-01-01`;
  const [focused, setFocused] = useState<string>();
  const isShown = (date: string | undefined): date is string => date?.startsWith(`${calendar.year}-`) === true;
  const stop = [focused, today, first].find(isShown) ?? first;
  const move = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    const next = addDays(stop, step);
    if (!isShown(next)) return;
    event.preventDefault();
    setFocused(next);
    place.current?.querySelector<HTMLElement>(`[data-date="${next}"]`)?.focus();
  };
  const work = calendar.days.filter(({ kind }) => kind === 'work').length;
  return (
    <Panel
      title={t('calendar.year')}
      className="calendar-panel"
      extra={<span className="faint">{t('calendar.counted', { work, rest: calendar.days.length - work })}</span>}
    >
      <CalendarLegend />
      <p className="form-hint">{t('calendar.keys')}</p>
      {/* The arrows are heard here for every day below it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div ref={place} className="calendar-months" onKeyDown={move}>
        {MONTHS.map((month) => (
          <MonthTable
            key={month}
            year={calendar.year}
            month={month}
            days={calendar.days.filter(({ date }) => Number(date.slice(5, 7)) === month)}
            today={today}
            stop={stop}
            onFocus={setFocused}
            onOpen={onOpen}
          />
        ))}
      </div>
    </Panel>
  );
}
