import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { addDays } from '../../api-client/local-date.ts';
import { useChange } from '../../api-client/use-change.ts';
import { EntryForm } from '../../forms/entry-form.tsx';
import { FormDrawer } from '../../forms/form-drawer.tsx';
import { textIn, type FormValues } from '../../forms/form-values.ts';
import { TakeBackButton } from '../../forms/take-back-button.tsx';
import { FactList } from '../../layout/fact-list.tsx';
import { useMayEdit } from '../../layout/use-may-edit.ts';
import { markOf, type CalendarDay } from './day-mark.ts';

const MAX_DAYS = 366;

/** One day: what it is and why; entering that it, and perhaps those behind it, are worked or rested. */
export function DayDrawer(props: {
  day: CalendarDay | undefined;
  institution: string | undefined;
  onClose: () => void;
}): JSX.Element {
  const { day } = props;
  return (
    <FormDrawer open={day !== undefined} size={440} title={day?.date} onClose={props.onClose}>
      {day !== undefined && <Day key={day.date} day={day} institution={props.institution} onDone={props.onClose} />}
    </FormDrawer>
  );
}

function Day(props: { day: CalendarDay; institution: string | undefined; onDone: () => void }): JSX.Element {
  const { t } = useTranslation();
  const mayEdit = useMayEdit();
  const change = useChange();
  const { day, institution } = props;
  const save = async (values: FormValues): Promise<void> => {
    const { kind, name = '' } = values;
    const days = datesFrom(day.date, textIn(values, 'last')).map((date) => ({ date, kind, name }));
    await change.mutateAsync({ method: 'POST', path: '/calendar/days', body: { institutionId: institution, days } });
    props.onDone();
  };
  const isEnteredHere = day.reason === (institution === undefined ? 'city' : 'own');
  return (
    <>
      <FactList
        facts={[
          [t('calendar.kind'), t(`calendar.mark.${markOf(day)}`)],
          [t('calendar.why'), t(`calendar.reason.${day.reason}`)],
          [t('calendar.name'), day.name === '' ? null : day.name],
          [t('calendar.seasonTitle'), t(`calendar.season.${day.season}`)],
        ]}
      />
      {mayEdit && isEnteredHere && (
        <p className="row-buttons calendar-take-back">
          <TakeBackButton
            request={{ method: 'DELETE', path: `/calendar/days/${day.date}`, params: { institution } }}
            ask={t('calendar.takeBackDay')}
            hint={t('calendar.takeBackDayHint')}
            label={`${t('form.takeBack')} ${day.date}`}
            onDone={props.onDone}
          />
        </p>
      )}
      {mayEdit && (
        <>
          <h3 className="drawer-section">{t('calendar.enterDay')}</h3>
          <p className="form-hint">{t(institution === undefined ? 'calendar.dayOfCity' : 'calendar.dayOfOne')}</p>
          <EntryForm
            testId="day-form"
            submit={t('form.enter')}
            initial={{ kind: day.kind === 'work' ? 'rest' : 'work', name: isEnteredHere ? day.name : '' }}
            onSubmit={save}
            groups={[
              {
                fields: [
                  {
                    name: 'kind',
                    label: t('calendar.kind'),
                    kind: 'choice',
                    required: true,
                    options: (['work', 'rest'] as const).map((value) => ({
                      value,
                      label: t(`calendar.dayKind.${value}`),
                    })),
                  },
                  { name: 'last', label: t('calendar.lastDay'), kind: 'date', hint: t('calendar.lastDayHint') },
                  { name: 'name', label: t('calendar.nameField'), kind: 'text', wide: true },
                ],
              },
            ]}
          />
        </>
      )}
    </>
  );
}

/** The dates from one to another; the first alone where the other is blank or lies before it. */
function datesFrom(first: string, last: string): string[] {
  const dates = [first];
  while (dates.length < MAX_DAYS && dates.at(-1)! < last) dates.push(addDays(dates.at(-1)!, 1));
  return dates;
}
