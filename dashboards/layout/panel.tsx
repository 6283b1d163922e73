import { useId } from 'react';
import type { JSX, ReactNode } from 'react';

/** A titled area of a page. */
export function Panel(props: {
  title: ReactNode;
  extra?: ReactNode;
  className?: string;
  flush?: boolean;
  children: ReactNode;
}): JSX.Element {
  const id = useId();
  return (
    <section className={`panel ${props.className ?? ''}`} aria-labelledby={id}>
      <header className="panel-head">
        <h2 id={id}>{props.title}</h2>
        {props.extra !== undefined && <div className="panel-extra">{props.extra}</div>}
      </header>
      <div className={props.flush === true ? 'panel-body flush' : 'panel-body'}>{props.children}</div>
    </section>
  );
}
