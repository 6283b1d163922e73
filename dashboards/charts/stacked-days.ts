import type { Format } from '../i18n/use-format.ts';
import { baseOption, categoryAxis, valueAxis } from './base-option.ts';
import type { ChartSpec } from './chart-spec.ts';

/** Daily amounts of several parts, stacked. Null is missing: no bar. */
export function stackedDays(
  dates: string[],
  parts: { name: string; colour: string; values: (number | null)[] }[],
  unit: string,
  words: { date: string },
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
      xAxis: categoryAxis(dates.map((date) => date.slice(5))),
      yAxis: valueAxis(unit, (value) => format.number(value)),
      series: parts.map(({ name, colour, values }) => ({
        type: 'bar',
        stack: 'parts',
        name,
        color: colour,
        data: values,
        barMaxWidth: 22,
      })),
    },
    table: {
      columns: [words.date, ...parts.map(({ name }) => `${name} (${unit})`)],
      labels: 1,
      rows: dates.map((date, index) => [date, ...parts.map(({ values }) => values[index] ?? null)]),
    },
  };
}
