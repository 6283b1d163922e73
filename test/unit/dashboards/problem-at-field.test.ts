import { expect, test } from 'vitest';

import { problemsAtFields } from '../../../dashboards/forms/problem-at-field.ts';

const KNOWN = ['id', 'name', 'areaM2', 'windows'];

test.each([
  {
    name: 'each sentence goes to the field it names',
    detail: 'areaM2: must be above 0; name: is missing',
    want: {
      fields: [
        { name: 'areaM2', message: 'must be above 0' },
        { name: 'name', message: 'is missing' },
      ],
      rest: '',
    },
  },
  {
    name: 'a semicolon within a sentence does not end it',
    detail: 'id: demo is not free; take another name',
    want: { fields: [{ name: 'id', message: 'demo is not free; take another name' }], rest: '' },
  },
  {
    name: 'a path below a field stays in the sentence',
    detail: 'windows.1: a window ends after it starts',
    want: { fields: [{ name: 'windows', message: '1: a window ends after it starts' }], rest: '' },
  },
  {
    name: 'what names no field of the form is the rest',
    detail: 'There is an institution with that id; region: unknown; name: is too long',
    want: {
      fields: [{ name: 'name', message: 'is too long' }],
      rest: 'There is an institution with that id; region: unknown',
    },
  },
])('$name', ({ detail, want }) => expect(problemsAtFields(detail, KNOWN)).toEqual(want));
