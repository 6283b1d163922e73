import type { MeterUsageItem } from '../../services/api/schemas/usage.ts';
import { unitSign } from '../i18n/format-number.ts';
import type { Format } from '../i18n/use-format.ts';
import { baseOption, categoryAxis, valueAxis } from './base-option.ts';
import type { ChartSpec } from './chart-spec.ts';
import { QUALITY_COLOURS } from './palette.ts';
import { withRunning } from './running-bar.ts';

const DRAWN = ['measured', 'interpolated', 'estimated', 'manual'] as const;

/** A meter's usage, each interval in the colour of its quality; a missing one is a gap. `running` is the index of the one that is not over. */
export function qualityBars(
  items: MeterUsageItem[],
  labelOf: (item: MeterUsageItem) => string,
  words: { time: string; value: string; quality: string; nameOf: (quality: string) => string },
  running: number | undefined,
  format: Format,
): ChartSpec {
  const unit = unitSign(items[0]?.unit ?? '');
  return {
    option: {
      ...baseOption(),
      tooltip: {
        ...baseOption().tooltip,
        axisPointer: { type: 'shadow' },
        valueFormatter: (value) => (value === undefined || value === null ? '' : format.exact(value as number, unit)),
      },
      xAxis: categoryAxis(items.map(labelOf)),
      yAxis: valueAxis(unit, (value) => format.number(value)),
      series: DRAWN.filter(
        (quality) => quality === 'measured' || items.some((item) => item.quality === quality && item.value !== null),
      ).map((quality) => ({
        type: 'bar',
        stack: 'usage',
        name: words.nameOf(quality),
        color: QUALITY_COLOURS[quality],
        barMaxWidth: 20,
        data: withRunning(
          items.map((item) => (item.quality === quality ? item.value : null)),
          running,
        ),
      })),
    },
    table: {
      columns: [words.time, words.quality, `${words.value} (${unit})`],
      labels: 2,
      rows: items.map((item) => [labelOf(item), words.nameOf(item.quality), item.value]),
    },
  };
}
