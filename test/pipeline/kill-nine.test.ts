import { expect, test } from 'vitest';

import { runCrash } from '../support/crash/run-crash.ts';
import { tempFolder } from '../support/temp-folder.ts';

const KILLS = 20;

test(`${KILLS} × kill -9 under load: what was acknowledged is readable, and counts once`, async () => {
  const result = await runCrash({ folder: await tempFolder(), rounds: KILLS, seed: 20_180_101 });
  for (const { meter, acknowledged, lost, invented, usageMicro, sentMicro } of result.meters) {
    expect(acknowledged).toBeGreaterThan(500);
    // Nothing but what was sent: a duplicate is no reading more.
    expect({ meter, lost, invented, usageMicro }).toEqual({ meter, lost: [], invented: 0, usageMicro: sentMicro });
  }
  expect(result.duplicates).toBeGreaterThan(100);
  expect(result.quarantined).toBe(0);
});
