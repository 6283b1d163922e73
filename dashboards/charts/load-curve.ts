import type { Format } from '../i18n/use-format.ts';
import { baseOption, categoryAxis, valueAxis } from './base-option.ts';
import type { ChartSpec } from './chart-spec.ts';
import { INK } from './palette.ts';

/** One day of a load curve; a value for each label of the axis, null where missing. */
export interface LoadCurveDay {
  name: string;
  values: (number | null)[];
}

/** A day's load against other days, with working hours shaded. `days` begins with the chosen one. */
export function loadCurve(
  days: LoadCurveDay[],
  axis: { labels: string[]; unit: string; colour: string },
  working: { name: string; windows: { from: string; to: string }[] },
  words: { time: string },
  format: Format,
): ChartSpec {
  const styles = [
    { color: axis.colour, width: 2.2, type: 'solid' },
    { color: INK.secondary, width: 1.2, type: 'solid' },
    { color: INK.faint, width: 1.2, type: 'dashed' },
  ] as const;
  return {
    option: {
      ...baseOption(),
      tooltip: { ...baseOption().tooltip, valueFormatter: (value) => format.exact(value as number | null, axis.unit) },
      xAxis: categoryAxis(axis.labels, { boundaryGap: false }),
      yAxis: valueAxis(axis.unit, (value) => format.number(value)),
      series: days.map((day, index) => ({
        type: 'line',
        name: day.name,
        data: day.values,
        showSymbol: false,
        symbolSize: 5,
        connectNulls: false,
        z: 5 - index,
        color: styles[index]?.color,
        lineStyle: styles[index],
        areaStyle: index === 0 ? { color: axis.colour, opacity: 0.06 } : undefined,
        markArea:
          index === 0 && working.windows.length > 0
            ? {
                silent: true,
                itemStyle: { color: INK.working },
                label: { color: INK.secondary, fontSize: 11, position: 'insideTop' },
                data: working.windows.map(({ from, to }) => [
                  { name: working.name, xAxis: nearest(axis.labels, from) },
                  { xAxis: nearest(axis.labels, to) },
                ]),
              }
            : undefined,
      })),
    },
    table: {
      columns: [words.time, ...days.map(({ name }) => `${name} (${axis.unit})`)],
      labels: 1,
      rows: axis.labels.map((label, index) => [label, ...days.map(({ values }) => values[index] ?? null)]),
    },
  };
}

// With hourly points 08:30 stands at no label: the last one at or before it.
function nearest(labels: string[], time: string): string {
  return labels.findLast((label) => label <= time) ?? labels[0] ?? time;
}
