import { Select } from 'antd';
import type { JSX } from 'react';

/** Narrows a list to one of several values; cleared, it narrows no more. */
export function FilterSelect<Value extends string>(props: {
  label: string;
  /** What stands there while nothing is chosen; the label where left out. */
  all?: string;
  value: Value | undefined;
  options: { value: Value; label: string }[] | undefined;
  onChange: (value: Value | undefined) => void;
  /** Part of an option's label may be typed; for more than fit beside each other. */
  searched?: boolean;
  loading?: boolean;
  testId?: string;
}): JSX.Element {
  return (
    <Select<Value>
      allowClear
      showSearch={props.searched === true && { optionFilterProp: 'label' }}
      className={props.searched === true ? 'wide' : undefined}
      aria-label={props.label}
      placeholder={props.all ?? props.label}
      data-testid={props.testId}
      loading={props.loading}
      value={props.value}
      options={props.options}
      onChange={(value: Value | undefined) => props.onChange(value)}
    />
  );
}
