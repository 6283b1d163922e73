import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { QUALITY_COLOURS } from '../charts/palette.ts';
import { useFormat } from '../i18n/use-format.ts';
import { useLabels } from '../i18n/use-labels.ts';

const SHOWN = ['measured', 'estimated', 'manual', 'missing'] as const;

/** The shares of measured, estimated, manual and missing time, as a bar and in words; none that is zero. */
export function QualityShares(props: { quality: Record<(typeof SHOWN)[number], number> }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const shares = SHOWN.map((name) => ({ name, share: props.quality[name] })).filter(({ share }) => share > 0);
  return (
    <div className="quality-shares" role="group" aria-label={t('meter.qualityColumn')}>
      <span className="quality-bar" aria-hidden="true">
        {shares.map(({ name, share }) => (
          <i key={name} className={name} style={{ width: `${share * 100}%`, backgroundColor: QUALITY_COLOURS[name] }} />
        ))}
      </span>
      <span className="quality-words">
        {shares.map(({ name, share }) => (
          <span key={name}>
            <i aria-hidden="true" style={{ backgroundColor: QUALITY_COLOURS[name] }} />
            {labels.of('quality', name)} {format.percent(share, share === 1 ? 0 : 1)}
          </span>
        ))}
      </span>
    </div>
  );
}
