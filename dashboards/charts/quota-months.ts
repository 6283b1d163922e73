import type { QuotaProgress } from '../../services/api/schemas/institution.ts';
import { unitSign } from '../i18n/format-number.ts';
import type { Format } from '../i18n/use-format.ts';
import { baseOption, categoryAxis, valueAxis } from './base-option.ts';
import type { ChartSpec } from './chart-spec.ts';
import { INK, MEDIUM_COLOURS } from './palette.ts';
import { withRunning } from './running-bar.ts';

/** A quota's months: what was used as columns, its part beyond the month's limit in red; the limit is a step line. `running` is the index of the month that is not over. */
export function quotaMonths(
  quota: QuotaProgress,
  words: { month: string; monthOf: (month: number) => string; limit: string; used: string; beyond: string },
  running: number | undefined,
  format: Format,
): ChartSpec {
  const unit = unitSign(quota.unit);
  return {
    option: {
      ...baseOption(),
      tooltip: {
        ...baseOption().tooltip,
        axisPointer: { type: 'shadow' },
        valueFormatter: (value) => format.exact(value as number | null, unit),
      },
      xAxis: categoryAxis(quota.months.map(({ month }) => words.monthOf(month))),
      yAxis: valueAxis(unit, (value) => format.number(value)),
      series: [
        {
          type: 'bar',
          stack: 'used',
          name: words.used,
          color: MEDIUM_COLOURS[quota.medium],
          barMaxWidth: 16,
          data: withRunning(
            quota.months.map(({ used, limit }) => (used === null ? null : Math.min(used, limit))),
            running,
          ),
        },
        {
          type: 'bar',
          stack: 'used',
          name: words.beyond,
          color: INK.critical,
          barMaxWidth: 16,
          data: quota.months.map(({ used, limit }) => (used === null ? null : Math.max(0, used - limit))),
        },
        {
          type: 'line',
          name: words.limit,
          step: 'middle',
          symbol: 'none',
          color: INK.text,
          lineStyle: { color: INK.text, width: 1.2, type: 'dashed' },
          data: quota.months.map(({ limit }) => limit),
        },
      ],
    },
    table: {
      columns: [words.month, `${words.limit} (${unit})`, `${words.used} (${unit})`],
      labels: 1,
      rows: quota.months.map(({ month, limit, used }) => [words.monthOf(month), limit, used]),
    },
  };
}
