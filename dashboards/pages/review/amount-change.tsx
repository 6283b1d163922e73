import type { JSX } from 'react';

import { useFormat } from '../../i18n/use-format.ts';

/** The difference that a change makes, with its sign; the unit may stand elsewhere. */
export function AmountChange(props: { before: number | null; after: number | null; unit?: string }): JSX.Element {
  const format = useFormat();
  const difference = (props.after ?? 0) - (props.before ?? 0);
  const size =
    props.unit === undefined ? format.number(Math.abs(difference)) : format.exact(Math.abs(difference), props.unit, 2);
  const sign = difference > 0 ? '+' : difference < 0 ? '−' : '';
  return <span className={`nowrap ${difference > 0 ? 'up' : difference < 0 ? 'down' : ''}`}>{sign + size}</span>;
}
