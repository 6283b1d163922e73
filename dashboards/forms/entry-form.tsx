import { Alert, Button, Form } from 'antd';
import type { FormRule } from 'antd';
import type { TFunction } from 'i18next';
import { useId, useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { ApiProblem } from '../api-client/api-problem.ts';
import { FieldControl } from './field-control.tsx';
import type { Field, FieldGroup } from './field.ts';
import type { FormValues } from './form-values.ts';
import { problemsAtFields } from './problem-at-field.ts';
import './forms.css';

/**
 * A form whose fields may depend on what stands in it. What the API refuses is said at the field that it names, and
 * above the button where it names none.
 */
export function EntryForm(props: {
  groups: FieldGroup[] | ((values: FormValues) => FieldGroup[]);
  initial?: FormValues;
  submit: string;
  testId: string;
  onSubmit: (values: FormValues) => Promise<unknown>;
  /** Told what stands in the form at each change. */
  onValues?: (values: FormValues) => void;
  onCancel?: () => void;
}): JSX.Element {
  const { t } = useTranslation();
  const id = useId();
  const [form] = Form.useForm<FormValues>();
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<string>();
  const values: FormValues = Form.useWatch([], form) ?? props.initial ?? {};
  const groups = typeof props.groups === 'function' ? props.groups(values) : props.groups;
  const names = groups.flatMap(({ fields }) => fields.map(({ name }) => name));

  const send = async (given: FormValues): Promise<void> => {
    setSending(true);
    setProblem(undefined);
    try {
      await props.onSubmit(given);
    } catch (thrown) {
      const found = problemOf(thrown, names);
      form.setFields(found.fields.map(({ name, message }) => ({ name, errors: [message] })));
      const [first] = found.fields;
      if (first !== undefined) form.scrollToField(first.name, { block: 'center' });
      setProblem(found.rest === '' ? t('form.correct') : found.rest);
    } finally {
      setSending(false);
    }
  };

  return (
    <Form
      form={form}
      name={id}
      layout="vertical"
      initialValues={props.initial}
      validateMessages={{ required: t('form.required') }}
      scrollToFirstError={{ block: 'center', focus: true }}
      data-testid={props.testId}
      className="entry-form"
      requiredMark
      onValuesChange={(_, all) => props.onValues?.(all)}
      onFinish={(given) => void send(given)}
    >
      {groups.map(({ title, fields, after }, index) => (
        <fieldset key={title ?? index}>
          {title !== undefined && <legend>{title}</legend>}
          <div className="entry-fields">
            {fields.map((field) => (
              <Form.Item
                key={field.name}
                name={field.name}
                label={field.label}
                extra={field.hint}
                className={field.wide === true || field.kind === 'note' ? 'wide' : ''}
                rules={rulesOf(field, t)}
                valuePropName={field.kind === 'switch' ? 'checked' : 'value'}
              >
                <FieldControl field={field} />
              </Form.Item>
            ))}
          </div>
          {after}
        </fieldset>
      ))}
      {problem !== undefined && <Alert type="error" showIcon title={problem} data-testid="form-problem" />}
      <div className="entry-buttons">
        <Button type="primary" htmlType="submit" loading={isSending} data-testid="form-submit">
          {props.submit}
        </Button>
        {props.onCancel !== undefined && <Button onClick={props.onCancel}>{t('form.cancel')}</Button>}
      </div>
    </Form>
  );
}

/** What can be said before the platform is asked, in the language of the page. */
function rulesOf({ required = false, min, pattern, hint }: Field, t: TFunction): FormRule[] {
  return [
    { required },
    ...(min === undefined ? [] : [{ type: 'number' as const, min, message: t('form.atLeast', { min }) }]),
    ...(pattern === undefined ? [] : [{ pattern, message: hint }]),
  ];
}

function problemOf(thrown: unknown, names: readonly string[]): ReturnType<typeof problemsAtFields> {
  if (!(thrown instanceof ApiProblem)) throw thrown;
  return problemsAtFields(thrown.detail === '' ? `${thrown.status} ${thrown.code}` : thrown.detail, names);
}
