import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { CalendarVersion, CalendarYear } from '../../../services/api/schemas/calendar.ts';
import { useChange } from '../../api-client/use-change.ts';
import { useOne } from '../../api-client/use-one.ts';
import { EntryForm } from '../../forms/entry-form.tsx';
import type { Field } from '../../forms/field.ts';
import { textIn, type FormValues } from '../../forms/form-values.ts';
import { Await } from '../../layout/await.tsx';
import { PeriodsEditor } from './periods-editor.tsx';
import { USUAL_SETTINGS } from './usual-settings.ts';

/** Enters the settings that hold from a day on, or corrects some; begun from those in force. */
export function SettingsForm(props: {
  version: CalendarVersion | undefined;
  /** The newest of its own. */
  basis: CalendarVersion | undefined;
  institution: string | undefined;
  onDone: () => void;
}): JSX.Element {
  const city = useOne<CalendarYear>('/calendar');
  return (
    <Await query={city}>
      {({ versions }) => (
        <Settings {...props} basis={props.version ?? props.basis ?? versions.at(-1) ?? USUAL_SETTINGS} />
      )}
    </Await>
  );
}

function Settings({
  version,
  basis,
  institution,
  onDone,
}: Parameters<typeof SettingsForm>[0] & { basis: CalendarVersion }): JSX.Element {
  const { t } = useTranslation();
  const change = useChange();
  const fields = useFields(version !== undefined);
  const initial: FormValues = {
    ...basis,
    heatingSeason: [basis.heatingSeason],
    coolingSeason: [basis.coolingSeason],
    validFrom: version?.validFrom,
  };
  const save = async (values: FormValues): Promise<void> => {
    const { validFrom: _, heatingSeason, coolingSeason, ...settings } = values;
    await change.mutateAsync({
      method: 'PUT',
      path: `/calendar/settings/${textIn(values, 'validFrom')}`,
      params: { institution },
      body: {
        ...settings,
        heatingSeason: (heatingSeason as unknown[])[0],
        coolingSeason: (coolingSeason as unknown[])[0],
      },
    });
    onDone();
  };
  return (
    <EntryForm
      testId="settings-form"
      submit={t(version === undefined ? 'form.enter' : 'form.save')}
      initial={initial}
      onSubmit={save}
      groups={[{ fields }]}
    />
  );
}

function useFields(isFixed: boolean): Field[] {
  const { t } = useTranslation();
  return [
    {
      name: 'validFrom',
      label: t('registry.validFrom'),
      kind: 'date',
      required: true,
      disabled: isFixed,
      hint: isFixed ? undefined : t('calendar.validFromHint'),
    },
    {
      name: 'openDays',
      label: t('calendar.openDays'),
      kind: 'choice',
      required: true,
      options: (['workdays', 'all'] as const).map((value) => ({ value, label: t(`calendar.open.${value}`) })),
    },
    {
      name: 'windows',
      label: t('calendar.windows'),
      kind: 'own',
      hint: t('calendar.windowsHint'),
      control: <PeriodsEditor of="time" most={8} />,
    },
    {
      name: 'marginMinutes',
      label: t('calendar.margin'),
      kind: 'number',
      required: true,
      unit: t('calendar.minutesUnit'),
      hint: t('calendar.marginHint'),
    },
    {
      name: 'heatingSeason',
      label: t('calendar.heatingSeason'),
      kind: 'own',
      hint: t('calendar.seasonHint'),
      control: <PeriodsEditor of="month-day" most={1} />,
    },
    {
      name: 'coolingSeason',
      label: t('calendar.coolingSeason'),
      kind: 'own',
      control: <PeriodsEditor of="month-day" most={1} />,
    },
    {
      name: 'heatingPeriods',
      label: t('calendar.heatingPeriods'),
      kind: 'own',
      wide: true,
      hint: t('calendar.heatingPeriodsHint'),
      control: <PeriodsEditor of="date" most={50} />,
    },
    {
      name: 'coolingPeriods',
      label: t('calendar.coolingPeriods'),
      kind: 'own',
      wide: true,
      control: <PeriodsEditor of="date" most={50} />,
    },
    {
      name: 'terms',
      label: t('calendar.terms'),
      kind: 'own',
      wide: true,
      hint: t('calendar.termsHint'),
      control: <PeriodsEditor of="date" most={50} />,
    },
  ];
}
