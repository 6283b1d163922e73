import { expect, test } from 'vitest';

import type { Health } from '../../services/api/schemas/health.ts';
import { memoryGrowthMiB } from '../support/fuzz/memory-growth.ts';
import { FUZZ_SETTINGS, runFuzz } from '../support/fuzz/run-fuzz.ts';
import { startPlatform } from '../support/start-platform.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** FUZZ_SEED plays another run, or one again. */
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_260_301);
const MESSAGES = 50_000;
const PER_ROUND = 5000;
/** The heap breathes, and DuckDB fills what it may take. */
const BREATH_MIB = 96;

test(`${MESSAGES} fuzzed messages, seed ${SEED}: no crash, memory flat, each ends as a reading or in quarantine`, async () => {
  const platform = await startPlatform({ folder: await tempFolder(), settings: FUZZ_SETTINGS });
  const rounds = await runFuzz(platform, { messages: MESSAGES, seed: SEED, perRound: PER_ROUND });
  for (const { round, problems } of rounds) expect({ round, problems }).toEqual({ round, problems: [] });
  for (const { readings, quarantined, hostile } of rounds) {
    expect(Math.min(readings, quarantined, hostile)).toBeGreaterThan(PER_ROUND / 30);
  }
  expect(memoryGrowthMiB(rounds)).toBeLessThan(BREATH_MIB);

  const { parts } = await (await platform.logIn()).get<Health>('/health');
  expect(Object.entries(parts).filter(([, { ok }]) => !ok)).toEqual([]);
  await platform.stop();
});
