import type { JSX, ReactNode } from 'react';

/** Holds what may be wider than the window; reachable by keyboard, so that it can be scrolled without a mouse. */
export function ScrollRegion(props: { label: string; children: ReactNode }): JSX.Element {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="scroll-region" role="region" aria-label={props.label} tabIndex={0}>
      {props.children}
    </div>
  );
}
