import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import type { JSX } from 'react';

/** A calendar date `2026-03-01`, or with a time `2026-03-01T08:30` or `2026-03-01T08:30:15`, as text; the browser's zone plays no part. */
export function DateInput(props: {
  id?: string;
  label?: string;
  placeholder?: string;
  value?: string | null;
  onChange?: (text: string | undefined) => void;
  withTime?: boolean;
  withSeconds?: boolean;
  disabled?: boolean | undefined;
}): JSX.Element {
  const { value, withTime = false } = props;
  const clock = props.withSeconds === true ? 'HH:mm:ss' : 'HH:mm';
  const written = withTime ? `YYYY-MM-DDT${clock}` : 'YYYY-MM-DD';
  return (
    <DatePicker
      id={props.id}
      aria-label={props.label}
      placeholder={props.placeholder}
      className="field-wide"
      disabled={props.disabled}
      format={withTime ? `YYYY-MM-DD ${clock}` : 'YYYY-MM-DD'}
      showTime={withTime ? { format: clock } : false}
      showNow={false}
      needConfirm={false}
      // Enter takes the date that was typed; it does not send the form around it.
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.preventDefault();
      }}
      value={value == null || value === '' ? null : dayjs(value)}
      onChange={(date: dayjs.Dayjs | null) => props.onChange?.(date === null ? undefined : date.format(written))}
    />
  );
}
