import { expect, onTestFinished, test, vi } from 'vitest';

import { createFollowUp } from '../../../app/follow-up.ts';
import { PlatformError } from '../../../domain/errors.ts';
import { createZone } from '../../../domain/zone.ts';
import { createInstitution } from '../../../services/registry/institutions.ts';
import { noteUsageChange, pendingUsageChanges } from '../../../services/usage/usage-changes.ts';
import { openDuckdbStore } from '../../../storage/series/duckdb/open-duckdb-store.ts';
import { openRegistry } from '../../support/open-registry.ts';

const NOW = Date.parse('2026-03-10T12:30:00+08:00');
const zone = createZone('Asia/Shanghai');

test('follow-up: a store that fails once is asked again without waiting for the next change', async () => {
  const { db, close } = await openRegistry();
  onTestFinished(close);
  const institution = { id: 'office', name: 'x', type: 'agency', regionCode: '150203', areaM2: 1000, headcount: 10 };
  await createInstitution(db, institution, { userId: null, nowMs: NOW });
  const store = await openDuckdbStore({ file: ':memory:' });
  onTestFinished(() => store.close());
  let isDown = true;
  const errors: unknown[] = [];
  const followUp = createFollowUp({
    db,
    series: {
      ...store,
      institutionUsage: (...args) =>
        isDown
          ? Promise.reject(new PlatformError('store-unavailable', 'down', { retryable: true }))
          : store.institutionUsage(...args),
    },
    zone,
    now: () => NOW,
    periodMs: 1,
    alertsChanged: () => undefined,
    onSkipped: () => undefined,
    onError: (error) => {
      errors.push(error);
      isDown = false;
    },
  });
  onTestFinished(() => followUp.close());

  await noteUsageChange(db, zone, NOW, { institutions: new Map([['office', NOW - 3_600_000]]), meters: new Map() });
  followUp.wake();
  await vi.waitFor(async () => expect((await pendingUsageChanges(db)).fromMs.size).toBe(0));
  expect(errors).toEqual([expect.objectContaining({ code: 'store-unavailable' })]);
});
