import type { Format } from '../i18n/use-format.ts';
import { baseOption, categoryAxis, valueAxis } from './base-option.ts';
import type { ChartSpec } from './chart-spec.ts';
import { INK } from './palette.ts';

/** Named amounts as lying bars, the first on top, each with its figure at the end. */
export function rankBars(
  bars: { name: string; value: number; colour?: string }[],
  words: { name: string; value: string },
  format: Format,
  options: { digits?: number; labelWidth?: number } = {},
): ChartSpec {
  const { digits, labelWidth = 128 } = options;
  return {
    option: {
      ...baseOption(),
      legend: { show: false },
      grid: { left: 4, right: 64, top: 4, bottom: 4, containLabel: true },
      tooltip: {
        ...baseOption().tooltip,
        axisPointer: { type: 'shadow' },
        valueFormatter: (value) => format.number(value as number, digits),
      },
      xAxis: valueAxis('', (value) => format.number(value), { splitNumber: 3, axisLabel: { show: false } }),
      yAxis: categoryAxis(
        bars.map(({ name }) => name),
        {
          inverse: true,
          axisLabel: { color: INK.text, width: labelWidth, overflow: 'truncate', interval: 0 },
        },
      ),
      series: [
        {
          type: 'bar',
          name: words.value,
          barMaxWidth: 14,
          data: bars.map(({ value, colour }) => ({ value, itemStyle: { color: colour ?? INK.accent } })),
          label: {
            show: true,
            position: 'right',
            color: INK.text,
            formatter: ({ value }) => format.number(value as number, digits),
          },
        },
      ],
    },
    table: {
      columns: [words.name, words.value],
      labels: 1,
      rows: bars.map(({ name, value }) => [name, value]),
    },
  };
}
