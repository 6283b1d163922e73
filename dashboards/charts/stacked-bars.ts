import type { Format } from '../i18n/use-format.ts';
import { baseOption, categoryAxis, valueAxis } from './base-option.ts';
import type { ChartSpec } from './chart-spec.ts';
import { withRunning } from './running-bar.ts';

/** Amounts of several parts by day (`YYYY-MM-DD`) or month, stacked. Null is missing: no bar. `running` is the index of the period that is not over. */
export function stackedBars(
  periods: string[],
  parts: { name: string; colour: string; values: (number | null)[] }[],
  unit: string,
  words: { period: string },
  running: number | undefined,
  format: Format,
): ChartSpec {
  return {
    option: {
      ...baseOption(),
      grid: { left: 8, right: 12, top: 50, bottom: 6, containLabel: true },
      legend: { ...baseOption().legend, left: 0, right: 0 },
      tooltip: {
        ...baseOption().tooltip,
        axisPointer: { type: 'shadow' },
        valueFormatter: (value) => format.exact(value as number | null, unit),
      },
      xAxis: categoryAxis(periods.map((period) => period.replace(/^\d{4}-/, ''))),
      yAxis: valueAxis(unit, (value) => format.number(value)),
      series: parts.map(({ name, colour, values }) => ({
        type: 'bar',
        stack: 'parts',
        name,
        color: colour,
        data: withRunning(values, running),
        barMaxWidth: 22,
      })),
    },
    table: {
      columns: [words.period, ...parts.map(({ name }) => `${name} (${unit})`)],
      labels: 1,
      rows: periods.map((period, index) => [period, ...parts.map(({ values }) => values[index] ?? null)]),
    },
  };
}
