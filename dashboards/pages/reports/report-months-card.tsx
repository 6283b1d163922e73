import { Segmented } from 'antd';
import { useCallback, useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { ReportFigures } from '../../../services/api/schemas/report.ts';
import { ChartCard } from '../../charts/chart-card.tsx';
import type { ChartSpec } from '../../charts/chart-spec.ts';
import { MEDIUM_COLOURS } from '../../charts/palette.ts';
import { stackedBars } from '../../charts/stacked-bars.ts';
import { unitSign } from '../../i18n/format-number.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';

/** A report's months, one medium at a time. */
export function ReportMonthsCard(props: { figures: ReportFigures }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const { media } = props.figures;
  const [chosen, setChosen] = useState<string>();
  const current = chosen ?? media[0]?.medium;
  const spec = useCallback(
    (figures: ReportFigures): ChartSpec => {
      const medium = figures.media.find(({ medium: name }) => name === current);
      const months = Array.from({ length: 12 }, (_, index) => t('common.month', { month: index + 1 }));
      return stackedBars(
        months,
        medium === undefined
          ? []
          : [
              {
                name: labels.of('mediumLong', medium.medium),
                colour: MEDIUM_COLOURS[medium.medium] ?? '',
                values: medium.months,
              },
            ],
        unitSign(medium?.unit ?? ''),
        { period: t('common.time1mo') },
        undefined,
        format,
      );
    },
    [current, t, format, labels],
  );
  return (
    <ChartCard
      name="report-months"
      title={t('reports.months')}
      className="span-12"
      height={220}
      query={{ data: props.figures, error: null, refetch: () => undefined }}
      spec={spec}
      extra={
        media.length > 1 && (
          <Segmented
            size="small"
            aria-label={t('common.medium')}
            value={current}
            onChange={setChosen}
            options={media.map(({ medium }) => ({ value: medium as string, label: labels.of('medium', medium) }))}
          />
        )
      }
    />
  );
}
