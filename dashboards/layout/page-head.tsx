import type { JSX, ReactNode } from 'react';

/** The title line of a page with what it is about and its controls. */
export function PageHead(props: { title: ReactNode; subtitle?: ReactNode; extra?: ReactNode }): JSX.Element {
  return (
    <div className="page-head">
      <div>
        <h1>{props.title}</h1>
        {props.subtitle !== undefined && <p>{props.subtitle}</p>}
      </div>
      {props.extra !== undefined && <div className="page-extra">{props.extra}</div>}
    </div>
  );
}
