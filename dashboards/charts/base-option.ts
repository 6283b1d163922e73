import type { GridComponentOption, LegendComponentOption, TooltipComponentOption } from 'echarts';

import { INK } from './palette.ts';

const FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, sans-serif';

/** What a chart adds to: one tooltip, one legend, one grid. */
interface BaseOption {
  animation: boolean;
  textStyle: { fontFamily: string; color: string; fontSize: number };
  grid: GridComponentOption;
  tooltip: TooltipComponentOption;
  legend: LegendComponentOption;
}

/** What all charts share: type, tooltip, legend, no animation (figures must not move while they are read). */
export function baseOption(): BaseOption {
  return {
    animation: false,
    textStyle: { fontFamily: FONT, color: INK.secondary, fontSize: 12 },
    grid: { left: 8, right: 12, top: 34, bottom: 6, containLabel: true },
    tooltip: {
      trigger: 'axis',
      confine: true,
      backgroundColor: INK.panel,
      borderColor: INK.axis,
      borderWidth: 1,
      padding: [6, 10],
      textStyle: { color: INK.text, fontSize: 12 },
      extraCssText: 'box-shadow: 0 2px 8px rgba(23, 36, 45, 0.12); border-radius: 3px;',
      axisPointer: { lineStyle: { color: INK.axis }, shadowStyle: { color: 'rgba(23, 36, 45, 0.04)' } },
    },
    legend: {
      type: 'scroll',
      top: 0,
      right: 0,
      itemWidth: 14,
      itemHeight: 8,
      itemGap: 14,
      textStyle: { color: INK.secondary, fontSize: 12 },
    },
  };
}

/** A category axis. */
export function categoryAxis(data: string[], more: object = {}): object {
  return {
    type: 'category',
    data,
    axisLine: { lineStyle: { color: INK.axis } },
    axisTick: { show: false },
    axisLabel: { color: INK.secondary, hideOverlap: true },
    ...more,
  };
}

/** A value axis with its unit above. */
export function valueAxis(unit: string, format: (value: number) => string, more: object = {}): object {
  return {
    type: 'value',
    name: unit,
    nameTextStyle: { color: INK.secondary, align: 'left', padding: [0, 0, 0, -24] },
    nameGap: 12,
    splitLine: { lineStyle: { color: INK.grid } },
    axisLabel: { color: INK.secondary, formatter: format, hideOverlap: true },
    ...more,
  };
}
