import { Button } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { CalendarVersion, CalendarYear } from '../../../services/api/schemas/calendar.ts';
import { useOne } from '../../api-client/use-one.ts';
import { FormDrawer } from '../../forms/form-drawer.tsx';
import { TakeBackButton } from '../../forms/take-back-button.tsx';
import { FactList } from '../../layout/fact-list.tsx';
import { Panel } from '../../layout/panel.tsx';
import { useMayEdit } from '../../layout/use-may-edit.ts';
import { SettingsForm } from './settings-form.tsx';
import { USUAL_SETTINGS } from './usual-settings.ts';

type Period = CalendarVersion['windows'][number];

/** The settings of a calendar by the day from which they hold: hours, terms, seasons. */
export function SettingsPanel(props: { versions: CalendarVersion[]; institution: string | undefined }): JSX.Element {
  const { t } = useTranslation();
  const mayEdit = useMayEdit();
  const [edited, setEdited] = useState<CalendarVersion | 'new'>();
  const { versions, institution } = props;
  const close = (): void => setEdited(undefined);
  return (
    <Panel
      title={t('calendar.settings')}
      flush
      extra={
        mayEdit && (
          <Button size="small" data-testid="add-settings" onClick={() => setEdited('new')}>
            {t('calendar.addSettings')}
          </Button>
        )
      }
    >
      <p className="panel-note">{t('calendar.settingsHint')}</p>
      {versions.length === 0 && <Inherited institution={institution} />}
      <ul className="settings-list">
        {versions.map((version) => (
          <li key={version.validFrom} data-testid="settings-version">
            <div className="settings-head">
              <strong>
                {version.validFrom === ''
                  ? t('calendar.fromBeginning')
                  : t('calendar.fromDay', { date: version.validFrom })}
              </strong>
              {mayEdit && version.validFrom !== '' && (
                <span className="row-buttons">
                  <Button
                    size="small"
                    aria-label={`${t('form.amend')} ${version.validFrom}`}
                    onClick={() => setEdited(version)}
                  >
                    {t('form.amend')}
                  </Button>
                  <TakeBackButton
                    request={{
                      method: 'DELETE',
                      path: `/calendar/settings/${version.validFrom}`,
                      params: { institution },
                    }}
                    ask={t('calendar.takeBackSettings', { date: version.validFrom })}
                    hint={t('calendar.takeBackSettingsHint')}
                    label={`${t('form.takeBack')} ${version.validFrom}`}
                  />
                </span>
              )}
            </div>
            <VersionFacts version={version} />
          </li>
        ))}
      </ul>
      <FormDrawer
        open={edited !== undefined}
        size={620}
        title={t(edited === 'new' ? 'calendar.addSettings' : 'calendar.correctSettings')}
        onClose={close}
      >
        <SettingsForm
          version={edited === 'new' ? undefined : edited}
          basis={versions.at(-1)}
          institution={institution}
          onDone={close}
        />
      </FormDrawer>
    </Panel>
  );
}

/** What holds where an institution, or the city, has no settings of its own. */
function Inherited({ institution }: { institution: string | undefined }): JSX.Element {
  const { t } = useTranslation();
  const city = useOne<CalendarYear>(institution === undefined ? undefined : '/calendar').data?.versions.at(-1);
  return (
    <div data-testid="settings-inherited">
      <p className="settings-head">
        <strong>{t(institution === undefined ? 'calendar.defaultSettings' : 'calendar.citySettings')}</strong>
      </p>
      <VersionFacts version={city ?? USUAL_SETTINGS} />
    </div>
  );
}

function VersionFacts({ version }: { version: CalendarVersion }): JSX.Element {
  const { t } = useTranslation();
  const range = ({ from, to }: Period): string => `${from} – ${to}`;
  const ranges = (periods: Period[]): string | null =>
    periods.length === 0 ? null : periods.map(range).join(t('calendar.comma'));
  return (
    <FactList
      facts={[
        [t('calendar.openDays'), t(`calendar.open.${version.openDays}`)],
        [t('calendar.windows'), ranges(version.windows)],
        [t('calendar.margin'), t('calendar.minutes', { count: version.marginMinutes })],
        [t('calendar.heatingSeason'), range(version.heatingSeason)],
        [t('calendar.heatingPeriods'), ranges(version.heatingPeriods)],
        [t('calendar.coolingSeason'), range(version.coolingSeason)],
        [t('calendar.coolingPeriods'), ranges(version.coolingPeriods)],
        [t('calendar.terms'), ranges(version.terms)],
      ]}
    />
  );
}
