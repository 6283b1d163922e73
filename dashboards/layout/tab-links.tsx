import type { JSX } from 'react';
import { NavLink } from 'react-router';

/** The parts of a page, each with an address of its own. */
export function TabLinks(props: {
  label: string;
  tabs: { to: string; text: string }[];
  /** An address that begins with a tab's is not that tab. */
  isExact?: boolean;
}): JSX.Element {
  return (
    <nav className="tab-links" aria-label={props.label}>
      {props.tabs.map(({ to, text }) => (
        <NavLink key={to} to={to} end={props.isExact === true}>
          {text}
        </NavLink>
      ))}
    </nav>
  );
}
