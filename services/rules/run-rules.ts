import { setImmediate as othersFirst } from 'node:timers/promises';

import type { Kysely } from 'kysely';

import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { reconcileAlerts, type Reconciled } from '../alerts/reconcile.ts';
import { gridFloor } from '../usage/periods.ts';
import type { Episode, EpisodeKey } from './episode.ts';
import { firstDataMonths } from './first-data-months.ts';
import { RULE_FOLDS, type RuleFold } from './rule-folds.ts';
import type { RuleSeries } from './rule-series.ts';
import { configDigest, replaceStates, stateAtOrBefore, type MonthState } from './rule-states.ts';
import { loadRuleSubjects, type RuleSubject, type SkippedInstitution } from './rule-subject.ts';
import { loadRuleWindows } from './rule-window.ts';

const HOUR_MS = 3_600_000;
/** Institutions whose hours of a month are held at once. */
const BATCH = 100;

export interface RunRulesDeps {
  db: Kysely<Database>;
  series: RuleSeries;
  zone: Zone;
  now: () => number;
}

export interface RunRulesOptions {
  /** Only these; all where left out. */
  institutions?: readonly string[];
  /** Fold again from the month of this instant on. */
  fromMs?: number;
  /** By institution: the earliest instant whose usage or temperatures changed since the last run. */
  dirtyFromMs?: ReadonlyMap<string, number>;
}

/** What a run did; `untilMs` is the end of the last hour it judged. */
export interface RunRulesOutcome extends Reconciled {
  untilMs: number;
  institutions: number;
  skipped: SkippedInstitution[];
}

/** One rule of one institution on its way through the months. */
export interface Fold {
  fold: RuleFold;
  subject: RuleSubject;
  digest: string;
  /** Start of the first month folded; from the first data, where nothing was stored. */
  fromMs: number;
  isFromNothing: boolean;
  carried: EpisodeKey[];
  state: unknown;
  /** States at the starts of the months after the first. */
  monthStates: MonthState[];
  episodes: Episode[];
}

/**
 * Evaluates every rule up to the last complete hour and makes the alerts what the data say. Each rule goes on from the
 * state stored at the start of the earliest month that may have changed (this month, where nothing did), from the first
 * data where there is none or its configuration changed; so the outcome does not depend on the order in which data
 * came. Alerts and states of an institution are written in one transaction. An institution whose settings do not parse
 * is skipped and named. Calls must not overlap.
 */
export async function runRules(deps: RunRulesDeps, options: RunRulesOptions = {}): Promise<RunRulesOutcome> {
  const { db, zone, now } = deps;
  const untilMs = gridFloor(zone, now(), HOUR_MS);
  const { subjects, skipped } = await loadRuleSubjects(db, zone, options.institutions);
  const outcome = { raised: 0, changed: 0, withdrawn: 0, untilMs, institutions: subjects.length, skipped };
  for (let first = 0; first < subjects.length; first += BATCH) {
    const batch = subjects.slice(first, first + BATCH);
    const folds = await evaluateRules(deps, batch, options, untilMs);
    for (const subject of batch) {
      const own = folds.filter((each) => each.subject === subject);
      const { raised, changed, withdrawn } = await keep(deps, subject.institution, own);
      outcome.raised += raised;
      outcome.changed += changed;
      outcome.withdrawn += withdrawn;
    }
  }
  return outcome;
}

/** What each rule of the institutions says over the data up to `untilMs`; nothing is kept of it. */
export async function evaluateRules(
  deps: Omit<RunRulesDeps, 'now'>,
  subjects: readonly RuleSubject[],
  options: RunRulesOptions,
  untilMs: number,
): Promise<Fold[]> {
  const folds = await startFolds(deps, subjects, options, untilMs);
  if (folds.length > 0) await foldMonths(deps, folds, untilMs);
  return folds;
}

/** 1. Where each rule of each institution goes on from. */
async function startFolds(
  { db, series, zone }: Omit<RunRulesDeps, 'now'>,
  subjects: readonly RuleSubject[],
  options: RunRulesOptions,
  untilMs: number,
): Promise<Fold[]> {
  const starts: {
    subject: RuleSubject;
    fold: RuleFold;
    digest: string;
    stored: MonthState | undefined;
  }[] = [];
  for (const subject of subjects) {
    const changedMs = options.dirtyFromMs?.get(subject.institution) ?? untilMs;
    const monthMs = zone.monthStart(Math.min(options.fromMs ?? untilMs, changedMs, untilMs - 1));
    for (const fold of RULE_FOLDS) {
      const digest = configDigest(fold.dependsOn(subject));
      const key = { rule: fold.rule, institution: subject.institution, digest };
      starts.push({ subject, fold, digest, stored: await stateAtOrBefore(db, key, monthMs) });
    }
  }
  const unknown = new Set(starts.filter(({ stored }) => stored === undefined).map(({ subject }) => subject));
  const firstMonths = await firstDataMonths(series, zone, [...unknown], untilMs);
  return starts.map(({ subject, fold, digest, stored }) => ({
    fold,
    subject,
    digest,
    fromMs: stored?.monthStartMs ?? firstMonths.get(subject.institution) ?? zone.monthStart(untilMs - 1),
    isFromNothing: stored === undefined,
    carried: stored === undefined ? [] : fold.carried(stored.state),
    state: stored === undefined ? fold.start : stored.state,
    monthStates: [],
    episodes: [],
  }));
}

/** 2. Month by month, all institutions' hours in one read. */
async function foldMonths(
  { series, zone }: Pick<RunRulesDeps, 'series' | 'zone'>,
  folds: readonly Fold[],
  untilMs: number,
): Promise<void> {
  const firstMs = Math.min(...folds.map(({ fromMs }) => fromMs));
  for (let monthMs = firstMs; monthMs < untilMs; monthMs = zone.nextMonth(monthMs)) {
    const due = folds.filter(({ fromMs }) => fromMs <= monthMs);
    const subjects = [...new Set(due.map(({ subject }) => subject))];
    const toMs = Math.min(zone.nextMonth(monthMs), untilMs);
    const windows = await loadRuleWindows(series, zone, subjects, monthMs, toMs);
    for (const each of due) {
      if (monthMs > each.fromMs || each.isFromNothing) {
        each.monthStates.push({ monthStartMs: monthMs, state: each.state });
      }
      const folded = each.fold.evaluate(each.subject, windows.get(each.subject.institution)!, each.state);
      each.state = folded.state;
      each.episodes.push(...folded.episodes);
      await othersFirst();
    }
  }
}

/** 3. States and alerts of one institution, in one transaction. */
async function keep({ db, now }: RunRulesDeps, institution: string, folds: readonly Fold[]): Promise<Reconciled> {
  const total = { raised: 0, changed: 0, withdrawn: 0 };
  await db.transaction().execute(async (trx) => {
    for (const { fold, digest, fromMs, isFromNothing, carried, monthStates, episodes } of folds) {
      const key = { rule: fold.rule, institution, digest };
      // The state that a fold went on from stays as it was.
      await replaceStates(trx, key, isFromNothing ? Number.MIN_SAFE_INTEGER : fromMs + 1, monthStates);
      const reach = isFromNothing ? undefined : { fromMs, carried };
      const done = await reconcileAlerts(trx, { rule: fold.rule, institution, episodes, reach, nowMs: now() });
      total.raised += done.raised;
      total.changed += done.changed;
      total.withdrawn += done.withdrawn;
    }
  });
  return total;
}
