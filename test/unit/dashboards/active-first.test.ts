import { expect, test } from 'vitest';

import { activeFirst } from '../../../dashboards/api-client/active-first.ts';
import type { Alert } from '../../../services/api/schemas/alert.ts';

test('what still holds comes before what has passed, each in its order', () => {
  const alert = (id: string, clearedAt: string | null): Alert => ({ id, clearedAt }) as Alert;
  const at = '2026-05-15T10:00:00+08:00';
  const sorted = activeFirst([alert('a', at), alert('b', null), alert('c', at), alert('d', null)]);
  expect(sorted.map(({ id }) => id)).toEqual(['b', 'd', 'a', 'c']);
});
