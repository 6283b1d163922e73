import type { Format } from '../i18n/use-format.ts';
import { baseOption } from './base-option.ts';
import type { ChartSpec } from './chart-spec.ts';
import { INK, SHARE_COLOURS } from './palette.ts';

/** One part of a whole. */
export interface SharePart {
  name: string;
  value: number;
  colour?: string;
}

/** Parts of a whole as a ring with the whole in its middle. */
export function shareDonut(
  parts: SharePart[],
  words: { name: string; unit: string; share: string; total: string },
  format: Format,
): ChartSpec {
  const sum = parts.reduce((total, part) => total + part.value, 0);
  const amount = format.amount(sum, words.unit);
  const shareOf = (value: number): number | null => (sum > 0 ? value / sum : null);
  const byName = new Map(parts.map((part) => [part.name, part.value]));
  return {
    option: {
      ...baseOption(),
      tooltip: {
        ...baseOption().tooltip,
        trigger: 'item',
        valueFormatter: (value) =>
          `${format.exact(value as number, words.unit)}  ${format.percent(shareOf(value as number))}`,
      },
      legend: {
        ...baseOption().legend,
        orient: 'vertical',
        top: 'middle',
        left: 158,
        right: 'auto',
        itemWidth: 10,
        itemHeight: 10,
        itemGap: 8,
        formatter: (name: string) => `{share|${format.percent(shareOf(byName.get(name) ?? 0))}}${name}`,
        textStyle: { color: INK.secondary, rich: { share: { width: 44, color: INK.text, fontSize: 12 } } },
      },
      series: [
        {
          type: 'pie',
          name: words.name,
          radius: [48, 70],
          center: [74, '50%'],
          itemStyle: { borderColor: INK.panel, borderWidth: 1.5 },
          label: {
            show: true,
            position: 'center',
            formatter: `{value|${amount.text}}\n{unit|${amount.unit}}`,
            rich: {
              value: { fontSize: 15, fontWeight: 600, color: INK.text, lineHeight: 22 },
              unit: { fontSize: 12, color: INK.secondary, lineHeight: 16 },
            },
          },
          emphasis: { scale: false },
          data: parts.map((part, index) => ({
            name: part.name,
            value: part.value,
            itemStyle: { color: part.colour ?? SHARE_COLOURS[index % SHARE_COLOURS.length] },
          })),
        },
      ],
    },
    table: {
      columns: [words.name, words.unit, `${words.share} (%)`],
      labels: 1,
      rows: parts.map((part) => {
        const share = shareOf(part.value);
        return [part.name, part.value, share === null ? null : Math.round(share * 1000) / 10];
      }),
    },
  };
}
