import type { JSX } from 'react';
import { Link } from 'react-router';

import type { VirtualMeter } from '../../../services/api/schemas/virtual-meter.ts';
import { useFormat } from '../../i18n/use-format.ts';

/** What a virtual meter is made of, written as a sum. */
export function TermList({ terms }: { terms: VirtualMeter['terms'] }): JSX.Element {
  const format = useFormat();
  return (
    <span className="words">
      {terms.map(({ meterId, factor }, index) => (
        <span key={meterId}>
          {factor < 0 ? <>{index === 0 ? '−' : ' − '}</> : index > 0 && ' + '}
          {Math.abs(factor) !== 1 && `${format.entered(Math.abs(factor))} × `}
          <Link to={`/meters/${encodeURIComponent(meterId)}`} className="code">
            {meterId}
          </Link>
        </span>
      ))}
    </span>
  );
}
