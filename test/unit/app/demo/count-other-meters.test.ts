import { expect, onTestFinished, test } from 'vitest';

import { countOtherMeters } from '../../../../app/demo/count-other-meters.ts';
import { createCollector } from '../../../../services/registry/collectors.ts';
import { createInstitution } from '../../../../services/registry/institutions.ts';
import { createMeter } from '../../../../services/registry/meters.ts';
import { demoCity } from '../../../../simulators/city.ts';
import { openRegistry } from '../../../support/open-registry.ts';

test('the city as it is seeded has no other meters; one that is missing, or has another format, is one', async () => {
  const { db, close } = await openRegistry();
  onTestFinished(close);
  const change = { userId: null, nowMs: Date.parse('2026-11-22T10:00:00+08:00') };
  const { institutions, collectors, meters } = demoCity();
  expect(await countOtherMeters(db, meters)).toBe(meters.length);
  for (const institution of institutions) await createInstitution(db, institution, change);
  for (const collector of collectors) await createCollector(db, collector, change);
  for (const meter of meters) await createMeter(db, meter, change);
  expect(await countOtherMeters(db, meters)).toBe(0);

  const [field] = meters.filter(({ address }) => typeof address === 'string');
  await db.updateTable('meter').set({ address: null, format: null }).where('id', '=', field!.id).execute();
  const more = [...meters, { ...field!, id: 'of-the-next-release' }];
  expect(await countOtherMeters(db, more)).toBe(2);
});
