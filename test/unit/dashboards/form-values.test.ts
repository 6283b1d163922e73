import { expect, test } from 'vitest';

import { changesOf, filledIn } from '../../../dashboards/forms/form-values.ts';

test('blanks are not sent with something new, zero and false are', () => {
  expect(filledIn({ a: 'x', b: '', c: '  ', d: null, e: undefined, f: 0, g: false })).toEqual({
    a: 'x',
    f: 0,
    g: false,
  });
});

test('a change holds what differs, null where a value was taken out', () => {
  const initial = { name: 'old', address: '161', area: null, shares: [{ share: 1 }] };
  const values = { name: 'new', address: '', area: undefined, shares: [{ share: 1 }] };
  expect(changesOf(initial, values)).toEqual({ name: 'new', address: null });
});
