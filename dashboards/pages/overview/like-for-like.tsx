import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { useFormat } from '../../i18n/use-format.ts';

/** The change against the same days of last year; less use is good. */
export function LikeForLike(props: { now: number; before: number | null; words?: string }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  if (props.before === null || props.before <= 0) return <span className="kpi-note">{t('overview.sameDaysNone')}</span>;
  const change = props.now / props.before - 1;
  const tone = change > 0.001 ? 'critical-text' : change < -0.001 ? 'good-text' : '';
  return (
    <span className="kpi-note">
      {props.words ?? t('overview.sameDays')}{' '}
      <b className={tone}>
        {change > 0 ? '▲ +' : change < 0 ? '▼ −' : ''}
        {format.percent(Math.abs(change))}
      </b>
    </span>
  );
}
