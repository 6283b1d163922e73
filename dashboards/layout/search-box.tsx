import { Input } from 'antd';
import type { JSX } from 'react';

/** Narrows a list by text once it is entered; follows the address where that changes. */
export function SearchBox(props: {
  label: string;
  value: string | undefined;
  testId?: string;
  /** For what is long. */
  wide?: boolean;
  onSearch: (text: string) => void;
}): JSX.Element {
  return (
    <Input.Search
      key={props.value ?? ''}
      allowClear
      className={props.wide === true ? 'filter-text wide' : 'filter-text'}
      aria-label={props.label}
      placeholder={props.label}
      data-testid={props.testId}
      defaultValue={props.value}
      onSearch={props.onSearch}
    />
  );
}
