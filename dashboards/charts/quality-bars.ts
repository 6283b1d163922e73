import type { MeterUsageItem } from '../../services/api/schemas/usage.ts';
import { unitSign } from '../i18n/format-number.ts';
import type { Format } from '../i18n/use-format.ts';
import { baseOption, categoryAxis, valueAxis } from './base-option.ts';
import type { ChartSpec } from './chart-spec.ts';
import { escapeHtml } from './escape-html.ts';
import { INK, QUALITY_COLOURS } from './palette.ts';
import { withRunning } from './running-bar.ts';

const DRAWN = ['measured', 'interpolated', 'estimated', 'manual'] as const;

/** Lines across a bar: what was worked out and not read is told without its colour, too. */
const HATCHED = { color: 'rgba(255, 255, 255, 0.75)', dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: -Math.PI / 4 };
/** Of all the bars, so many beside each other have room for a word. */
const ROOM_FOR_WORD = 0.045;

/**
 * A meter's usage, each interval in the colour of its quality, estimates hatched; a missing one is a gap that says so.
 * `running` is the index of the one that is not over; `changed` tells of each item since when it is other than it was.
 */
export function qualityBars(
  items: MeterUsageItem[],
  labelOf: (item: MeterUsageItem) => string,
  words: { time: string; value: string; quality: string; changed: string; nameOf: (quality: string) => string },
  running: number | undefined,
  changed: readonly (string | undefined)[],
  format: Format,
): ChartSpec {
  const unit = unitSign(items[0]?.unit ?? '');
  const isChanged = changed.some((one) => one !== undefined);
  const missing = runsOf(items, ({ value }) => value === null);
  return {
    option: {
      ...baseOption(),
      tooltip: {
        ...baseOption().tooltip,
        axisPointer: { type: 'shadow' },
        formatter: (given: unknown) => {
          const [first] = given as { dataIndex: number }[];
          const item = items[first?.dataIndex ?? -1];
          if (item === undefined) return '';
          const since = changed[first?.dataIndex ?? -1];
          const lines = [
            escapeHtml(labelOf(item)),
            ...(item.value === null ? [] : [`<b>${escapeHtml(format.exact(item.value, unit))}</b>`]),
            escapeHtml(words.nameOf(item.quality)),
            ...(since === undefined ? [] : [escapeHtml(`${words.changed} ${since}`)]),
          ];
          return lines.join('<br>');
        },
      },
      // Gaps reach from bar to bar only where each bar has its own tick.
      xAxis: categoryAxis(items.map(labelOf), { axisTick: { show: false, interval: 0 } }),
      yAxis: valueAxis(unit, (value) => format.number(value)),
      series: [
        ...DRAWN.filter(
          (quality) => quality === 'measured' || items.some((item) => item.quality === quality && item.value !== null),
        ).map((quality) => ({
          type: 'bar' as const,
          stack: 'usage',
          name: words.nameOf(quality),
          color: QUALITY_COLOURS[quality],
          itemStyle: quality === 'estimated' ? { decal: HATCHED } : undefined,
          barMaxWidth: 20,
          data: withRunning(
            items.map((item) => (item.quality === quality ? item.value : null)),
            running,
          ),
        })),
        ...(missing.length === 0
          ? []
          : [
              {
                // Draws no bar: it names the gaps in the legend, and shades them.
                type: 'bar' as const,
                stack: 'usage',
                name: words.nameOf('missing'),
                color: QUALITY_COLOURS['missing'],
                data: items.map(() => null),
                markArea: {
                  silent: true,
                  itemStyle: { color: 'rgba(215, 221, 226, 0.45)' },
                  label: { color: INK.secondary, fontSize: 11, position: 'insideTop' as const },
                  data: missing.map(([from, to]): [{ name?: string; xAxis: number }, { xAxis: number }] => [
                    (to - from + 1) / items.length < ROOM_FOR_WORD
                      ? { xAxis: from }
                      : { name: words.nameOf('missing'), xAxis: from },
                    { xAxis: to },
                  ]),
                },
              },
            ]),
      ],
    },
    table: {
      columns: [words.time, words.quality, ...(isChanged ? [words.changed] : []), `${words.value} (${unit})`],
      labels: isChanged ? 3 : 2,
      rows: items.map((item, index) => [
        labelOf(item),
        words.nameOf(item.quality),
        ...(isChanged ? [changed[index] ?? ''] : []),
        item.value,
      ]),
    },
  };
}

/** First and last index of each run of items that fit. */
export function runsOf<T>(items: readonly T[], fits: (item: T) => boolean): [from: number, to: number][] {
  const runs: [number, number][] = [];
  items.forEach((item, index) => {
    if (!fits(item)) return;
    const last = runs.at(-1);
    if (last !== undefined && last[1] === index - 1) last[1] = index;
    else runs.push([index, index]);
  });
  return runs;
}
