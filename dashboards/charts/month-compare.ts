import type { Overview } from '../../services/api/schemas/overview.ts';
import { unitSign } from '../i18n/format-number.ts';
import type { Format } from '../i18n/use-format.ts';
import { baseOption, categoryAxis, valueAxis } from './base-option.ts';
import type { ChartSpec } from './chart-spec.ts';
import { INK, MEDIUM_COLOURS } from './palette.ts';
import { withRunning } from './running-bar.ts';

/** A medium's months of this year beside those of last year; `running` is the index of the month that is not over. */
export function monthCompare(
  medium: Overview['media'][number],
  words: { months: string[]; month: string; thisYear: string; lastYear: string },
  running: number | undefined,
  format: Format,
): ChartSpec {
  const unit = unitSign(medium.unit);
  return {
    option: {
      ...baseOption(),
      xAxis: categoryAxis(words.months),
      yAxis: valueAxis(unit, (value) => format.number(value)),
      tooltip: {
        ...baseOption().tooltip,
        axisPointer: { type: 'shadow' },
        valueFormatter: (value) => format.exact(value as number | null, unit),
      },
      series: [
        {
          type: 'bar',
          name: words.lastYear,
          data: medium.lastYearMonths,
          color: INK.previous,
          barMaxWidth: 18,
          barGap: '12%',
        },
        {
          type: 'bar',
          name: words.thisYear,
          data: withRunning(medium.months, running),
          color: MEDIUM_COLOURS[medium.medium],
          barMaxWidth: 18,
        },
      ],
    },
    table: {
      columns: [words.month, `${words.lastYear} (${unit})`, `${words.thisYear} (${unit})`],
      labels: 1,
      rows: words.months.map((month, index) => [
        month,
        medium.lastYearMonths[index] ?? null,
        medium.months[index] ?? null,
      ]),
    },
  };
}
