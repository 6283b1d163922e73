import type { StandbyDay } from '../../services/api/schemas/institution.ts';
import type { Format } from '../i18n/use-format.ts';
import { baseOption, categoryAxis, valueAxis } from './base-option.ts';
import type { ChartSpec } from './chart-spec.ts';
import { INK } from './palette.ts';

/** Each day's mean power outside working hours against its limit (Art. 20(1)), the days above it in red. */
export function standbyDays(
  days: StandbyDay[],
  words: {
    date: string;
    dayKind: string;
    workday: string;
    restDay: string;
    mean: string;
    within: string;
    above: string;
    limit: string;
    offHours: string;
    working: string;
  },
  format: Format,
): ChartSpec {
  const isAbove = ({ offHoursMeanKw: mean, limitKw: limit }: StandbyDay): boolean =>
    mean !== null && limit !== null && mean > limit;
  return {
    option: {
      ...baseOption(),
      tooltip: {
        ...baseOption().tooltip,
        axisPointer: { type: 'shadow' },
        // A day is in one of the two columns only.
        valueFormatter: (value) => (typeof value === 'number' ? format.exact(value, 'kW') : ''),
      },
      xAxis: categoryAxis(days.map(({ date }) => date.slice(5))),
      yAxis: valueAxis('kW', (value) => format.number(value)),
      series: [
        {
          type: 'bar',
          stack: 'mean',
          name: words.within,
          color: '#5b7f9c',
          barMaxWidth: 14,
          data: days.map((day) => (isAbove(day) ? null : day.offHoursMeanKw)),
        },
        {
          type: 'bar',
          stack: 'mean',
          name: words.above,
          color: INK.critical,
          barMaxWidth: 14,
          data: days.map((day) => (isAbove(day) ? day.offHoursMeanKw : null)),
        },
        {
          type: 'line',
          name: words.limit,
          symbol: 'none',
          step: 'middle',
          color: INK.text,
          lineStyle: { color: INK.text, width: 1.2, type: 'dashed' },
          data: days.map(({ limitKw }) => limitKw),
        },
      ],
    },
    table: {
      columns: [words.date, words.dayKind, `${words.mean} (kW)`, `${words.limit} (kW)`, words.offHours, words.working],
      labels: 2,
      rows: days.map((day) => [
        day.date,
        day.workday ? words.workday : words.restDay,
        day.offHoursMeanKw,
        day.limitKw,
        day.offHoursKwh,
        day.workingKwh,
      ]),
    },
  };
}
