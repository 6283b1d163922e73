import type { JSX } from 'react';

import { quotaColour } from '../../charts/palette.ts';

/** The used share of a quota as a bar up to 120 %, with marks at 80 and 100 %. */
export function QuotaBar(props: { ratio: number }): JSX.Element {
  const width = Math.min(100, Math.max(0, (props.ratio / 1.2) * 100));
  return (
    <span className="quota-bar" aria-hidden="true">
      <span style={{ width: `${width}%`, background: quotaColour(props.ratio) }} />
      <i style={{ left: `${80 / 1.2}%` }} />
      <i className="full" style={{ left: `${100 / 1.2}%` }} />
    </span>
  );
}
