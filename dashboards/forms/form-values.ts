/** What stands in a form's fields, by name. */
export type FormValues = Record<string, unknown>;

/** What was filled in: blanks are left out. */
export function filledIn(values: FormValues): FormValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !isBlank(value)));
}

/** What differs from the values that the form began with: null where a value was taken out. */
export function changesOf(initial: FormValues, values: FormValues): FormValues {
  const changes: FormValues = {};
  for (const [name, value] of Object.entries(values)) {
    const before = isBlank(initial[name]) ? null : initial[name];
    const after = isBlank(value) ? null : value;
    if (JSON.stringify(before) !== JSON.stringify(after)) changes[name] = after;
  }
  return changes;
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

/** The text of a field; '' where there is none. */
export function textIn(values: FormValues, name: string): string {
  const value = values[name];
  return typeof value === 'string' ? value : '';
}
