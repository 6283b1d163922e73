import { useCallback } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { StandbyDay } from '../../../services/api/schemas/institution.ts';
import type { LocalDate } from '../../api-client/local-date.ts';
import { useStandby } from '../../api-client/use-institutions.ts';
import { ChartCard } from '../../charts/chart-card.tsx';
import type { ChartSpec } from '../../charts/chart-spec.ts';
import { standbyDays } from '../../charts/standby-days.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { standbyShare } from './standby-share.ts';

const DAYS = 30;

/** Each day's mean power outside working hours against its limit, and the share of standby (Art. 20(1)). */
export function StandbyCard(props: { id: string; date: LocalDate }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const standby = useStandby(props.id, props.date, DAYS);
  const spec = useCallback(
    (days: StandbyDay[]): ChartSpec =>
      standbyDays(
        days,
        {
          date: t('common.date'),
          dayKind: t('institution.dayKind'),
          workday: t('institution.workday'),
          restDay: t('institution.restDay'),
          mean: t('institution.standbyMean'),
          within: t('institution.standbyWithin'),
          above: t('institution.standbyAbove'),
          limit: t('institution.standbyLimit'),
          offHours: t('institution.offHoursKwh'),
          working: t('institution.workingKwh'),
        },
        format,
      ),
    [t, format],
  );
  return (
    <ChartCard
      name="standby"
      title={t('institution.standby')}
      className="span-8"
      height={240}
      query={standby}
      spec={spec}
      renderLead={(days) => <StandbyStats days={days} />}
      note={t('institution.standbyShareHint')}
    />
  );
}

function StandbyStats({ days }: { days: StandbyDay[] }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const { share, left } = standbyShare(days);
  const above = days.filter(
    ({ offHoursMeanKw: mean, limitKw: limit }) => mean !== null && limit !== null && mean > limit,
  ).length;
  return (
    <div className="stat-row">
      <span>
        {t('institution.standbyShare')}
        <b>{format.percent(share)}</b>
        {left > 0 && t('institution.standbyLeft', { count: left })}
      </span>
      <span>
        {t('institution.standbyOver')}
        <b className={above > 0 ? 'critical-text' : ''}>{t('institution.days', { count: above })}</b>
      </span>
    </div>
  );
}
