import type { HTMLAttributes } from 'react';

/** Attributes of a table's row: a test id, and what a click does. */
export function rowProps(testId: string, onClick?: () => void): HTMLAttributes<HTMLElement> {
  const attributes: HTMLAttributes<HTMLElement> & { 'data-testid': string } = { 'data-testid': testId, onClick };
  return attributes;
}
