import { schedule, type ScheduledTask } from 'node-cron';

import type { Kysely } from 'kysely';

import { messageOf } from '../../domain/errors.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { dueOccasions, endRun, startRun } from './job-runs.ts';

/** Work that is due at certain times, each time (occasion) once. */
export interface Job {
  name: string;
  /** When to look whether something is due, in the schedule's zone (five or six fields). */
  cron: string;
  /**
   * The names of what fell due in (fromMs, nowMs], oldest first; `fromMs` is the start of the last run that succeeded, 0
   * before the first. A job that makes good with one run what it missed names only the newest.
   */
  occasions(fromMs: number, nowMs: number): string[];
  /** Does the work of one occasion. May be called again for the same one if it threw, or the process ended. */
  run(occasion: string): Promise<void>;
}

export interface ScheduleOptions {
  db: Kysely<Database>;
  zone: Zone;
  now: () => number;
  jobs: readonly Job[];
  /** When to look again where it could not even be looked what is due, or noted what was done; 1 min where left out. */
  retryMs?: number;
  onError?: (job: string, error: unknown) => void;
}

/** Runs jobs on time; see {@link openSchedule}. */
export interface Schedule {
  /** Looks now what is due and resolves when it is done. */
  runDue(): Promise<void>;
  /** Starts nothing more and waits for what is running. */
  close(): Promise<void>;
}

/**
 * Runs every job at its times and, at once, what fell due while the process was down. One row of `job_run` a run; an
 * occasion that failed is tried again the next time. A job never runs twice at once; jobs do not wait for each other.
 */
export function openSchedule(options: ScheduleOptions): Schedule {
  const { zone, jobs } = options;
  let closed = false;
  const runners = jobs.map((job) => createRunner(options, job, () => closed));
  const tasks: ScheduledTask[] = jobs.map((job, index) =>
    schedule(job.cron, () => void runners[index]!.run(), {
      timezone: zone.name,
      name: job.name,
      // A tick that came too late is no loss: every tick looks at all that is due.
      suppressMissedWarning: true,
    }),
  );
  const runDue = async (): Promise<void> => {
    await Promise.all(runners.map((runner) => runner.run()));
  };
  void runDue();
  return {
    runDue,
    async close() {
      closed = true;
      for (const task of tasks) await task.destroy();
      for (const runner of runners) runner.stop();
      await runDue();
    },
  };
}

const RETRY_MS = 60_000;

interface Runner {
  /** A call while it runs waits for that run, and has it look again after. */
  run(): Promise<void>;
  /** Does not try again by itself. */
  stop(): void;
}

/** What runs one job. */
function createRunner(options: ScheduleOptions, job: Job, isClosed: () => boolean): Runner {
  const { db, now, onError } = options;
  let retry: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isAskedAgain = false;

  async function runAll(): Promise<void> {
    do {
      isAskedAgain = false;
      for (const occasion of await dueOccasions(db, job, now())) {
        if (isClosed()) return;
        await runOne(occasion);
      }
    } while (isAskedAgain && !isClosed());
  }

  async function runOne(occasion: string): Promise<void> {
    const id = await startRun(db, job.name, occasion, now());
    try {
      await job.run(occasion);
      await endRun(db, id, 'done', now());
    } catch (thrown) {
      onError?.(job.name, thrown);
      await endRun(db, id, `failed: ${messageOf(thrown)}`.slice(0, 500), now());
    }
  }

  function run(): Promise<void> {
    if (running !== undefined) {
      isAskedAgain = true;
      return running;
    }
    if (isClosed()) return Promise.resolve();
    clearTimeout(retry);
    running = runAll()
      .catch((thrown: unknown) => {
        onError?.(job.name, thrown);
        // The next tick may be a day away: the database may be there again in a minute.
        if (!isClosed()) retry = setTimeout(() => void run(), options.retryMs ?? RETRY_MS).unref();
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  }
  return { run, stop: () => clearTimeout(retry) };
}
