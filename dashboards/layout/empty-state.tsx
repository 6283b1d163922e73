import type { JSX } from 'react';

/** Says that there is nothing, and why or what to do. */
export function EmptyState(props: { text: string; hint?: string; height?: number }): JSX.Element {
  return (
    <div className="state-box" style={{ minHeight: props.height ?? 96 }}>
      <p>{props.text}</p>
      {props.hint !== undefined && <p className="state-code">{props.hint}</p>}
    </div>
  );
}
