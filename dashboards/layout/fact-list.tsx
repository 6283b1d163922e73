import type { JSX, ReactNode } from 'react';

/** Names with their values in columns; what is null is not known and left out. */
export function FactList(props: { facts: [name: string, value: ReactNode][] }): JSX.Element {
  return (
    <dl className="facts">
      {props.facts
        .filter(([, value]) => value !== null)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
