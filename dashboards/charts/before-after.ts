import { unitSign } from '../i18n/format-number.ts';
import type { Format } from '../i18n/use-format.ts';
import { baseOption, categoryAxis, valueAxis } from './base-option.ts';
import type { ChartSpec } from './chart-spec.ts';
import { INK } from './palette.ts';

/** A period's amount as it was and as it is, or would be; null where missing. */
export interface BeforeAfter {
  label: string;
  before: number | null;
  after: number | null;
  /** What else the table says of it. */
  notes?: string[];
}

/** Two bars a period: as it was, and as it is after a change. `words.notes` names the further columns of the table. */
export function beforeAfter(
  items: readonly BeforeAfter[],
  given: { unit: string; colour: string },
  words: { period: string; before: string; after: string; difference: string; notes?: string[] },
  format: Format,
): ChartSpec {
  const unit = unitSign(given.unit);
  const notes = words.notes ?? [];
  return {
    option: {
      ...baseOption(),
      tooltip: {
        ...baseOption().tooltip,
        axisPointer: { type: 'shadow' },
        valueFormatter: (value) => format.exact(value as number | null, unit),
      },
      xAxis: categoryAxis(items.map(({ label }) => label)),
      yAxis: valueAxis(unit, (value) => format.number(value)),
      series: [
        {
          type: 'bar',
          name: words.before,
          data: items.map(({ before }) => before),
          color: INK.previous,
          barMaxWidth: 18,
          barGap: '12%',
        },
        {
          type: 'bar',
          name: words.after,
          data: items.map(({ after }) => after),
          color: given.colour,
          barMaxWidth: 18,
        },
      ],
    },
    table: {
      columns: [
        words.period,
        ...notes,
        `${words.before} (${unit})`,
        `${words.after} (${unit})`,
        `${words.difference} (${unit})`,
      ],
      labels: 1 + notes.length,
      rows: items.map(({ label, before, after, notes: said = [] }) => [
        label,
        ...said,
        before,
        after,
        // What was missing counts as nothing: the difference is what the sum changes by.
        (after ?? 0) - (before ?? 0),
      ]),
    },
  };
}
