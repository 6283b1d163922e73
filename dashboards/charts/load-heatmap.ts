import type { Format } from '../i18n/use-format.ts';
import { baseOption, categoryAxis } from './base-option.ts';
import type { ChartSpec } from './chart-spec.ts';
import { INK } from './palette.ts';

/** Load by date and hour. `values[date][hour]` in `unit`, null where missing: such a field stays grey. */
export function loadHeatmap(
  dates: string[],
  values: (number | null)[][],
  unit: string,
  words: { date: string; missing: string },
  format: Format,
): ChartSpec {
  const hours = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, '0')}:00`);
  const cells = values.flatMap((day, x) => day.map((value, y) => [x, y, value] as const));
  const known = cells.map(([, , value]) => value).filter((value) => value !== null);
  const highest = Math.max(1e-9, ...known);
  return {
    option: {
      ...baseOption(),
      legend: { show: false },
      grid: { left: 4, right: 8, top: 6, bottom: 44, containLabel: true, show: true, backgroundColor: '#e4e9ed' },
      tooltip: {
        ...baseOption().tooltip,
        trigger: 'item',
        formatter: (params) => {
          const [x, y, value] = (params as unknown as { value: [number, number, number] }).value;
          return `${dates[x]} ${hours[y]}<br/><b>${format.exact(value, unit)}</b>`;
        },
      },
      xAxis: categoryAxis(dates, {
        axisLabel: { color: INK.secondary, hideOverlap: true, formatter: (date: string) => date.slice(5) },
      }),
      yAxis: categoryAxis(hours, { axisLabel: { color: INK.secondary, interval: 3 }, inverse: true }),
      visualMap: {
        type: 'continuous',
        min: 0,
        max: highest,
        calculable: false,
        orient: 'horizontal',
        left: 'center',
        bottom: 0,
        itemWidth: 10,
        itemHeight: 180,
        formatter: (value) => format.number(value as number),
        text: [format.exact(highest, unit), '0'],
        textStyle: { color: INK.secondary },
        inRange: { color: ['#f4f8f6', '#cfe3dd', '#f2d9a4', '#dd9a3f', '#b0521f', '#7a2416'] },
      },
      series: [
        {
          type: 'heatmap',
          data: cells.filter(([, , value]) => value !== null).map((cell) => [...cell] as number[]),
          itemStyle: { borderColor: INK.panel, borderWidth: 0.5 },
          emphasis: { itemStyle: { borderColor: INK.text, borderWidth: 1 } },
        },
      ],
    },
    table: {
      columns: [words.date, ...hours],
      labels: 1,
      rows: dates.map((date, index) => [date, ...(values[index] ?? [])]),
    },
  };
}
