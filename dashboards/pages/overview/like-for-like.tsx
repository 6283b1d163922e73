import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { useFormat } from '../../i18n/use-format.ts';

/** What both years know of the same days, and the share of all that is known of them that it is. */
interface Comparable {
  comparable: number | null;
  lastYearComparable: number | null;
  coverage: number | null;
}

/** What is compared but for this little is said to be all. */
const WHOLE = 0.9995;

/** The change against the same days of last year, as far as both years know them; less use is good. */
export function LikeForLike({ comparable: now, lastYearComparable: before, coverage }: Comparable): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  if (now === null || before === null || before <= 0)
    return <span className="kpi-note">{t('overview.sameDaysNone')}</span>;
  const change = now / before - 1;
  const tone = change > 0.001 ? 'critical-text' : change < -0.001 ? 'good-text' : '';
  return (
    <span className="kpi-note">
      {t('overview.sameDays')}{' '}
      <b className={tone}>
        {change > 0 ? '▲ +' : change < 0 ? '▼ −' : ''}
        {format.percent(Math.abs(change))}
      </b>
      {coverage !== null && coverage < WHOLE && (
        <>
          <br />
          {t('overview.comparableShare', { share: format.percent(Math.floor(coverage * 1000) / 1000) })}
        </>
      )}
    </span>
  );
}
