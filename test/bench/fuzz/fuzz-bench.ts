import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Health } from '../../../services/api/schemas/health.ts';
import { memoryGrowthMiB } from '../../support/fuzz/memory-growth.ts';
import { FUZZ_SETTINGS, runFuzz } from '../../support/fuzz/run-fuzz.ts';
import { startPlatform } from '../../support/start-platform.ts';
import { describeMachine } from '../machine.ts';
import { writeResult } from '../write-result.ts';

/** How much, from which seed. */
export interface FuzzBenchOptions {
  messages: number;
  seed: number;
}

const PER_ROUND = 10_000;

/** The fuzz of test/pipeline/fuzz.test.ts with any number of messages. True where nothing was found. */
export async function benchFuzz(options: FuzzBenchOptions): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'jieneng-fuzz-'));
  let end = (): Promise<void> => Promise.resolve();
  try {
    const machine = await describeMachine(folder);
    console.log(`seed ${options.seed}`);
    const platform = await startPlatform({ folder, settings: FUZZ_SETTINGS, onEnd: (kill) => (end = kill) });
    const rounds = await runFuzz(platform, {
      ...options,
      perRound: PER_ROUND,
      onRound: ({ round, messages, readings, quarantined, hostile, residentMiB, heapMiB, seconds, problems }) => {
        console.log(
          `${(round + 1) * messages} messages: ${readings} readings, ${quarantined} in quarantine, ` +
            `${hostile} of hostile streams, ${residentMiB} MiB (heaps ${heapMiB.main} + ${heapMiB.pipeline}), ${seconds} s`,
        );
        for (const problem of problems) console.log(`  ${problem}`);
      },
    });
    const { parts } = await (await platform.logIn()).get<Health>('/health');
    const unwell = Object.entries(parts).filter(([, { ok }]) => !ok);
    await platform.stop();
    const problems = rounds.reduce((sum, { problemCount }) => sum + problemCount, 0);
    const growthMiB = memoryGrowthMiB(rounds);
    console.log(`${problems} problems, parts not well: ${JSON.stringify(unwell)}, memory grew by ${growthMiB} MiB`);
    await writeResult('fuzz', { machine, options, problems, unwell, growthMiB, rounds });
    return problems === 0 && unwell.length === 0;
  } finally {
    await end();
    await rm(folder, { recursive: true, force: true });
  }
}
