import { expect, test } from 'vitest';

import { createDirectory } from '../../../gateway/directory.ts';

test('directory: replaced as a whole; what is no longer in it is gone', () => {
  const directory = createDirectory();
  expect(directory.tokenHashOf('c1')).toBeUndefined();
  directory.replace({
    collectors: [{ id: 'c1', tokenHash: 'aa' }],
    readers: [
      { id: 'all', tokenHash: 'bb', institutions: 'all' },
      { id: 'one', tokenHash: 'cc', institutions: ['i1'] },
    ],
    meters: [{ id: 'm1', collectorId: 'c1', medium: 'heat', registerUnit: 'kWh' }],
  });
  expect(['c1', 'all', 'one'].map((user) => directory.tokenHashOf(user))).toEqual(['aa', 'bb', 'cc']);
  expect(directory.readableBy('c1')).toBeUndefined();
  expect(directory.readableBy('all')).toBe('all');
  expect(directory.readableBy('one')).toEqual(new Set(['i1']));
  expect(directory.meter('m1')?.registerUnit).toBe('kWh');

  directory.replace({ collectors: [{ id: 'c2', tokenHash: 'dd' }], readers: [], meters: [] });
  expect(directory.tokenHashOf('c1')).toBeUndefined();
  expect(directory.readableBy('all')).toBeUndefined();
  expect(directory.meter('m1')).toBeUndefined();
});
