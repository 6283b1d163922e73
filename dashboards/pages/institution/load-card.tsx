import { Segmented } from 'antd';
import { useCallback, useMemo, useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { addDays } from '../../api-client/local-date.ts';
import type { LocalDate } from '../../api-client/local-date.ts';
import { usePlatformNow } from '../../api-client/use-health.ts';
import { useInstitutionUsage } from '../../api-client/use-institution-usage.ts';
import { useStandby } from '../../api-client/use-institutions.ts';
import { ChartCard } from '../../charts/chart-card.tsx';
import type { ChartSpec } from '../../charts/chart-spec.ts';
import { loadCurve } from '../../charts/load-curve.ts';
import { MEDIUM_COLOURS } from '../../charts/palette.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { DayStats } from './day-stats.tsx';
import { dayLoad } from './day-load.ts';
import type { DayLoad } from './day-load.ts';

const RATE_UNIT: Record<string, string> = { electricity: 'kW', water: 'm³/h', heat: 'GJ/h' };
/** As many as the standby card asks for: one question serves both. */
const STANDBY_DAYS = 30;

/** A day's load against the day before and the same weekday a week ago, with working hours shaded. */
export function LoadCard(props: { id: string; date: LocalDate; today: LocalDate }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const [medium, setMedium] = useState('electricity');
  const [step, setStep] = useState<'15m' | '1h'>('1h');
  const { date } = props;
  const nowMs = usePlatformNow() ?? 0;

  const range = { days: 1, step, medium };
  const before = addDays(date, -1);
  const weekAgo = addDays(date, -7);
  const day = useInstitutionUsage(props.id, { ...range, last: date, live: date === props.today });
  const dayBefore = useInstitutionUsage(props.id, { ...range, last: before });
  const weekBefore = useInstitutionUsage(props.id, { ...range, last: weekAgo });
  const standby = useStandby(props.id, date, STANDBY_DAYS);
  const windows = standby.data?.find((row) => row.date === date)?.workingHours;

  const data = useMemo(
    () =>
      day.data === undefined || dayBefore.data === undefined || weekBefore.data === undefined
        ? undefined
        : [day.data, dayBefore.data, weekBefore.data].map((items) => dayLoad(items, step, nowMs)),
    [day.data, dayBefore.data, weekBefore.data, step, nowMs],
  );
  const spec = useCallback(
    (days: DayLoad[]): ChartSpec =>
      loadCurve(
        days.map((one, index) => ({
          name: t(
            index === 0 ? 'institution.chosenDay' : index === 1 ? 'institution.dayBefore' : 'institution.weekBefore',
            { date: [date, before, weekAgo][index]?.slice(5) },
          ),
          values: one.rates,
        })),
        { labels: days[0]?.labels ?? [], unit: RATE_UNIT[medium] ?? '', colour: MEDIUM_COLOURS[medium] ?? '' },
        { name: t('institution.workingHours'), windows: windows ?? [] },
        { time: t('common.time') },
        format,
      ),
    [t, format, date, before, weekAgo, medium, windows],
  );

  return (
    <ChartCard
      name="load"
      title={t('institution.loadCurve')}
      className="span-8"
      height={288}
      query={{
        data,
        error: day.error ?? dayBefore.error ?? weekBefore.error,
        refetch: () => Promise.all([day.refetch(), dayBefore.refetch(), weekBefore.refetch()]),
      }}
      spec={spec}
      renderLead={(days) => <DayStats medium={medium} days={days} restDay={windows?.length === 0} />}
      extra={
        <>
          <Segmented
            size="small"
            aria-label={t('common.medium')}
            value={medium}
            onChange={setMedium}
            options={Object.keys(RATE_UNIT).map((value) => ({ value, label: labels.of('medium', value) }))}
          />
          <Segmented
            size="small"
            aria-label={t('common.time')}
            value={step}
            onChange={setStep}
            options={[
              { value: '1h' as const, label: t('common.time1h') },
              { value: '15m' as const, label: t('common.time15m') },
            ]}
          />
        </>
      }
    />
  );
}
