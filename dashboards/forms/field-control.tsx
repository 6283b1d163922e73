import { Input, InputNumber, Select, Switch } from 'antd';
import { cloneElement } from 'react';
import type { JSX } from 'react';

import { DateInput } from './date-input.tsx';
import type { Field } from './field.ts';

/** The control of a field; value, id and change come from the form around it. */
export function FieldControl({ field, ...given }: { field: Field; id?: string }): JSX.Element {
  const { kind, disabled, options, unit, control } = field;
  switch (kind) {
    case 'number':
      return <InputNumber {...given} disabled={disabled} suffix={unit} className="field-wide" />;
    case 'date':
      return <DateInput {...given} disabled={disabled} />;
    case 'instant':
      return <DateInput {...given} withTime disabled={disabled} />;
    case 'second':
      return <DateInput {...given} withTime withSeconds disabled={disabled} />;
    case 'choice':
      return (
        <Select
          {...given}
          allowClear={field.required !== true}
          disabled={disabled}
          showSearch={{ optionFilterProp: 'label' }}
          options={options}
        />
      );
    case 'note':
      return <Input.TextArea {...given} rows={2} maxLength={500} />;
    case 'switch':
      return <Switch {...given} disabled={disabled} />;
    case 'own':
      return control === undefined ? (
        <></>
      ) : (
        cloneElement(control, disabled === undefined ? given : { ...given, disabled })
      );
    default:
      return <Input {...given} disabled={disabled} />;
  }
}
