import type { Weather, WeatherDay } from '../../services/api/schemas/weather.ts';
import type { Format } from '../i18n/use-format.ts';
import { baseOption, categoryAxis, valueAxis } from './base-option.ts';
import type { ChartSpec } from './chart-spec.ts';
import { INK, MEDIUM_COLOURS } from './palette.ts';

/** Daily mean temperatures as a line, with the bases of degree-days across it; a day without one is a gap. */
export function weatherDays(
  weather: Weather,
  words: {
    date: string;
    mean: string;
    heating: string;
    cooling: string;
    source: string;
    sourceOf: (source: WeatherDay['source']) => string;
  },
  format: Format,
): ChartSpec {
  const base = (value: number, colour: string, name: string): object => ({
    yAxis: value,
    lineStyle: { color: colour, type: 'dashed', width: 1 },
    label: { position: 'insideStartTop', color: colour, formatter: `${name} ${value} °C` },
  });
  return {
    option: {
      ...baseOption(),
      tooltip: { ...baseOption().tooltip, valueFormatter: (value) => format.exact(value as number | null, '°C', 1) },
      xAxis: categoryAxis(weather.items.map(({ date }) => date.slice(5))),
      yAxis: valueAxis('°C', (value) => format.number(value)),
      series: [
        {
          type: 'line',
          name: words.mean,
          data: weather.items.map(({ meanC }) => meanC),
          color: INK.accent,
          connectNulls: false,
          showSymbol: true,
          symbolSize: 4,
          markLine: {
            silent: true,
            symbol: 'none',
            data: [
              base(weather.heatingBaseC, MEDIUM_COLOURS['heat'] ?? '', words.heating),
              base(weather.coolingBaseC, MEDIUM_COLOURS['cooling'] ?? '', words.cooling),
            ] as { yAxis: number }[],
          },
        },
      ],
    },
    table: {
      columns: [words.date, words.source, `${words.mean} (°C)`, `${words.heating} (K·d)`, `${words.cooling} (K·d)`],
      labels: 2,
      rows: weather.items.map(({ date, meanC, heatingDegreeDays, coolingDegreeDays, source }) => [
        date,
        words.sourceOf(source),
        meanC,
        heatingDegreeDays,
        coolingDegreeDays,
      ]),
    },
  };
}
