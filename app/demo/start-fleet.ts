import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { PlatformError } from '../../domain/errors.ts';
import { PROJECT_FOLDER } from '../version.ts';

/** The simulated meters, a process of their own. */
export interface RunningFleet {
  /** Resolves when the whole history is acknowledged; rejects when the process ended before. */
  historyDone: Promise<void>;
  stop(): Promise<void>;
}

/** What {@link startFleet} needs. */
export interface FleetStart {
  mqttUrl: string;
  tokensFile: string;
  /** Only what came after; undefined: all of the history. */
  sinceMs: number | undefined;
  nowMs: number;
  onProgress(sent: number, of: number): void;
  onDied(why: string): void;
}

const PROGRESS_EVERY_MS = 3000;

/** Starts the fleet: history first, then live. */
export function startFleet(options: FleetStart): RunningFleet {
  const since = options.sinceMs === undefined ? [] : ['--since', String(options.sinceMs)];
  const child = spawn(
    process.execPath,
    [...simulator(), 'fleet', '--json', '--until-stdin-ends', '--url', options.mqttUrl, '--tokens', options.tokensFile]
      .concat(['--clock-start', String(options.nowMs)])
      .concat(since),
    // The pipe on its standard input ends with this process, however it ends, and the fleet with the
    // pipe. A process group of its own keeps a Ctrl-C of ours from reaching it first.
    { stdio: ['pipe', 'pipe', 'inherit'], detached: true },
  );
  let isStopping = false;
  let lastMs = -Infinity;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));

  const historyDone = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const told = JSON.parse(line) as { phase: string; sent?: number; of?: number };
      if (told.phase === 'history-done') resolve();
      if (told.sent === undefined || told.of === undefined) return;
      if (told.sent < told.of && performance.now() - lastMs < PROGRESS_EVERY_MS) return;
      lastMs = performance.now();
      options.onProgress(told.sent, told.of);
    });
    child.once('exit', (code, signal) => {
      reject(
        new PlatformError(
          'worker-failed',
          `The simulated meters ended (${signal ?? code}) before their history was sent`,
        ),
      );
      if (!isStopping) options.onDied(String(signal ?? code));
    });
  });

  return {
    historyDone,
    stop: async () => {
      isStopping = true;
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function simulator(): string[] {
  const built = join(PROJECT_FOLDER, 'dist/simulators/main.js');
  return existsSync(built) ? [built] : ['--import', 'tsx', join(PROJECT_FOLDER, 'simulators/main.ts')];
}
