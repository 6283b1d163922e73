import type { Kysely } from 'kysely';

import type { Zone } from '../domain/zone.ts';
import { buildReports, buildStale } from '../services/reports/build-reports.ts';
import { draftsDue, missingDrafts } from '../services/reports/drafts-due.ts';
import { runRules } from '../services/rules/run-rules.ts';
import { forgetUsageChanges, pendingUsageChanges } from '../services/usage/usage-changes.ts';
import type { Database } from '../storage/relational/schema.ts';
import type { SeriesStore } from '../storage/series/port.ts';

/** What follows from usage: rules, then the reports that cite their alerts. */
export interface FollowUp {
  /** Usage changed: follow it soon. */
  wake(): void;
  /** Judges every institution up to the last complete hour. */
  judgeAll(): Promise<void>;
  /** Last year's drafts from 1 January on (Art. 17): those that are missing, and those that late data made stale. */
  draftReports(): Promise<void>;
  /** Follows all that is noted by now; resolves when it is done. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** What {@link createFollowUp} needs. */
export interface FollowUpDeps {
  db: Kysely<Database>;
  series: SeriesStore;
  zone: Zone;
  now: () => number;
  /** Changes are gathered for so long. */
  periodMs: number;
  alertsChanged(): void;
  onSkipped(institution: string, reason: string): void;
  onError(error: unknown): void;
}

/** Follows usage with rules and reports, one run at a time. */
export function createFollowUp(deps: FollowUpDeps): FollowUp {
  const { db, zone, now } = deps;
  let last: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function oneAtATime(work: () => Promise<void>): Promise<void> {
    const run = last.then(async () => {
      if (!closed) await work();
    });
    last = run.catch(() => undefined);
    return run;
  }

  async function judge(everybody: boolean): Promise<void> {
    const pending = await pendingUsageChanges(db);
    const changed = [...pending.fromMs.keys()];
    if (!everybody && changed.length === 0) return;
    const institutions = everybody ? undefined : changed;
    const { skipped } = await runRules(deps, { institutions, dirtyFromMs: pending.fromMs });
    await forgetUsageChanges(db, pending);
    for (const { institution, reason } of skipped) deps.onSkipped(institution, reason);
    deps.alertsChanged();
  }

  async function draft(): Promise<void> {
    const year = draftsDue(now(), zone);
    const missing = await missingDrafts(db, year);
    if (missing.length > 0) await buildReports(deps, year, { owners: missing });
    await buildStale(deps);
  }

  const follow = (): Promise<void> =>
    oneAtATime(async () => {
      await judge(false);
      await draft();
    });

  function wake(): void {
    if (closed || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      follow().catch((error: unknown) => {
        deps.onError(error);
        // What is noted stays noted: it must not wait for the next change of usage.
        wake();
      });
    }, deps.periodMs);
  }

  return {
    wake,
    judgeAll: () => oneAtATime(() => judge(true)),
    draftReports: () => oneAtATime(draft),
    settle: follow,
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await last;
    },
  };
}
