import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { Alert, Button, Space } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { CalendarYear } from '../../../services/api/schemas/calendar.ts';
import { useToday } from '../../api-client/use-health.ts';
import { useOne } from '../../api-client/use-one.ts';
import { useSession } from '../../api-client/use-session.ts';
import { RegistrySelect } from '../../forms/registry-select.tsx';
import { Await } from '../../layout/await.tsx';
import { PageHead } from '../../layout/page-head.tsx';
import { useAddressFilter } from '../../layout/use-address-filter.ts';
import { DayDrawer } from './day-drawer.tsx';
import { SettingsPanel } from './settings-panel.tsx';
import { YearPanel } from './year-panel.tsx';
import '../alerts/alerts.css';
import './calendar.css';

/** The working calendar of the city or of an institution, a year at a time, and what stands behind it. */
export function CalendarPage(): JSX.Element {
  const { t } = useTranslation();
  const today = useToday();
  const session = useSession().data;
  const [filter, narrow] = useAddressFilter(['year', 'institution'] as const);
  const [opened, setOpened] = useState<string>();
  // Whoever works for one institution begins with its own calendar.
  const institution = filter.institution ?? session?.institutionId ?? undefined;
  const year = Number(filter.year ?? today?.slice(0, 4) ?? Number.NaN);
  const calendar = useOne<CalendarYear>(Number.isInteger(year) ? '/calendar' : undefined, { year, institution });
  const go = (to: number): void => narrow({ year: String(to) });
  return (
    <div data-testid="page-calendar">
      <PageHead
        title={t('calendar.title')}
        subtitle={t('calendar.subtitle')}
        extra={
          <>
            {session?.role !== 'institution' && (
              <span className="filters">
                <RegistrySelect
                  of="/institutions"
                  className="wide"
                  label={t('calendar.whose')}
                  placeholder={t('calendar.ofCity')}
                  value={filter.institution}
                  onChange={(id) => narrow({ institution: id })}
                />
              </span>
            )}
            <Space.Compact>
              <Button icon={<LeftOutlined />} aria-label={t('calendar.yearBefore')} onClick={() => go(year - 1)} />
              <Button className="year-shown" data-testid="calendar-year" onClick={() => narrow({ year: '' })}>
                {Number.isInteger(year) ? t('common.yearOnly', { year }) : ''}
              </Button>
              <Button icon={<RightOutlined />} aria-label={t('calendar.yearAfter')} onClick={() => go(year + 1)} />
            </Space.Compact>
          </>
        }
      />
      <Await query={{ ...calendar, data: calendar.data && named(calendar.data) }} height={640}>
        {(data) => (
          <>
            {!data.covered && (
              <Alert
                type="warning"
                showIcon
                className="calendar-uncovered"
                data-testid="calendar-uncovered"
                title={t('calendar.uncovered', { year: data.year })}
                description={t('calendar.uncoveredHint')}
              />
            )}
            <YearPanel calendar={data} today={today} onOpen={setOpened} />
            <SettingsPanel versions={data.versions} institution={institution} />
            <DayDrawer
              day={data.days.find(({ date }) => date === opened)}
              institution={institution}
              onClose={() => setOpened(undefined)}
            />
          </>
        )}
      </Await>
    </div>
  );
}

/** What the city entered for itself is the city's. */
function named(calendar: CalendarYear): CalendarYear {
  if (calendar.institutionId !== null) return calendar;
  return {
    ...calendar,
    days: calendar.days.map((day) => (day.reason === 'own' ? { ...day, reason: 'city' } : day)),
  };
}
