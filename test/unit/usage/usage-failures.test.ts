import { expect, test } from 'vitest';

import { PlatformError } from '../../../domain/errors.ts';
import { createUsageFailures } from '../../../services/usage/usage-failures.ts';

test('a meter whose data fail is tried again after a minute, one that the store had no room for after seconds', () => {
  let nowMs = 0;
  const failures = createUsageFailures(() => nowMs);
  failures.add('m1', 100, 'meter m1', new Error('its data'));
  const noRoom = new PlatformError('store-unavailable', 'No space left on device', { retryable: true });
  failures.add('m2', 200, 'meter m2', noRoom);
  const triedAt = (ms: number): string[] => {
    nowMs = ms;
    const touched = new Map<string, number>();
    failures.sortOut(touched);
    return [...touched.keys()];
  };
  expect([triedAt(4999), triedAt(5000), triedAt(60_000)]).toEqual([[], ['m2'], ['m1', 'm2']]);
});
