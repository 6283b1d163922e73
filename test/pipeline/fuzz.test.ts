import { describe, expect, onTestFinished, test } from 'vitest';

import type { Health } from '../../services/api/schemas/health.ts';
import { memoryGrowthMiB } from '../support/fuzz/memory-growth.ts';
import { FUZZ_SETTINGS, runFuzz, type FuzzRound } from '../support/fuzz/run-fuzz.ts';
import { startInfluxd } from '../support/influxd.ts';
import { isMissing } from '../support/is-missing.ts';
import { startPlatform } from '../support/start-platform.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** FUZZ_SEED plays another run, or one again. */
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_260_301);
const PER_ROUND = 5000;
/** The heap breathes, and DuckDB fills what it may take. */
const BREATH_MIB = 96;

describe(`fuzzed packets and payloads, seed ${SEED}`, () => {
  test('50,000 messages into DuckDB: no crash, memory flat, each ends as a reading or in quarantine', async () => {
    const rounds = await fuzz(50_000, {});
    expect(memoryGrowthMiB(rounds)).toBeLessThan(BREATH_MIB);
  });

  test.skipIf(isMissing('influxd'))('5,000 messages into InfluxDB: likewise', async () => {
    const influx = await startInfluxd();
    onTestFinished(() => influx.stop());
    await fuzz(5000, { INFLUX_URL: influx.url });
  });
});

async function fuzz(messages: number, settings: Record<string, string>): Promise<FuzzRound[]> {
  const platform = await startPlatform({ folder: await tempFolder(), settings: { ...FUZZ_SETTINGS, ...settings } });
  const rounds = await runFuzz(platform, { messages, seed: SEED, perRound: PER_ROUND });
  for (const { round, problems } of rounds) expect({ round, problems }).toEqual({ round, problems: [] });
  for (const { readings, quarantined, hostile } of rounds) {
    expect(Math.min(readings, quarantined, hostile)).toBeGreaterThan(PER_ROUND / 30);
  }
  const { parts } = await (await platform.logIn()).get<Health>('/health');
  expect(Object.entries(parts).filter(([, { ok }]) => !ok)).toEqual([]);
  await platform.stop();
  return rounds;
}
