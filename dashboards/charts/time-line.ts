import { wallTimeOf } from '../api-client/local-date.ts';
import type { Format } from '../i18n/use-format.ts';
import { baseOption, valueAxis } from './base-option.ts';
import type { ChartSpec } from './chart-spec.ts';
import { INK } from './palette.ts';

/** Values at instants as a line, with a limit across it where there is one. Times are drawn as Shanghai's wall clock. */
export function timeLine(
  points: [instant: string, value: number | null][],
  line: { name: string; unit: string; colour: string; limit?: number; step?: boolean },
  words: { time: string; limit: string },
  format: Format,
): ChartSpec {
  const { limit } = line;
  // `useUTC` with wall times: the axis shows Shanghai's clock in any browser.
  const data = points.map(([instant, value]) => [`${wallTimeOf(instant)}Z`, value]);
  return {
    option: {
      ...baseOption(),
      useUTC: true,
      grid: { left: 8, right: 18, top: 34, bottom: 6, containLabel: true },
      tooltip: { ...baseOption().tooltip, valueFormatter: (value) => format.exact(value as number | null, line.unit) },
      xAxis: {
        type: 'time',
        axisLine: { lineStyle: { color: INK.axis } },
        axisTick: { show: false },
        axisLabel: { color: INK.secondary, hideOverlap: true, formatter: { month: '{yyyy}-{MM}', day: '{MM}-{dd}' } },
        splitNumber: 5,
      },
      yAxis: valueAxis(line.unit, (value) => format.number(value), { scale: true }),
      series: [
        {
          type: 'line',
          name: line.name,
          data,
          color: line.colour,
          step: line.step === true ? 'end' : undefined,
          lineStyle: { width: 1.6 },
          showSymbol: data.length < 40,
          symbolSize: 4,
          sampling: 'lttb',
          markLine:
            limit === undefined
              ? undefined
              : {
                  silent: true,
                  symbol: 'none',
                  lineStyle: { color: INK.critical, type: 'dashed', width: 1.2 },
                  label: {
                    position: 'insideStartTop',
                    color: INK.critical,
                    formatter: `${words.limit} ${format.exact(limit, line.unit)}`,
                  },
                  data: [{ yAxis: limit }],
                },
        },
        // The limit must lie within the axis, however far the values are from it.
        ...(limit === undefined || data.length === 0
          ? []
          : [
              {
                type: 'line' as const,
                data: [[data[0]?.[0] ?? null, limit]],
                symbol: 'none' as const,
                silent: true,
                tooltip: { show: false },
                lineStyle: { opacity: 0 },
              },
            ]),
      ],
    },
    table: {
      columns: [words.time, `${line.name} (${line.unit})`],
      labels: 1,
      rows: points.map(([instant, value]) => [format.dateTimeSeconds(instant), value]),
    },
  };
}
