import type { Kysely } from 'kysely';

import { inParts } from '../../../domain/in-parts.ts';
import type { Zone } from '../../../domain/zone.ts';
import type { Database } from '../../../storage/relational/schema.ts';
import { alertIdOf } from '../../alerts/reconcile.ts';
import type { Effect } from '../../api/schemas/decision.ts';
import type { Episode } from '../../rules/episode.ts';
import { loadRuleSubjects, type RuleSubject } from '../../rules/rule-subject.ts';
import { evaluateRules } from '../../rules/run-rules.ts';
import { gridFloor } from '../../usage/periods.ts';
import type { ReadSeries } from './changed-series.ts';
import type { Compared } from './institution-part.ts';

const HOUR_MS = 3_600_000;
const IDS_OF_A_STATEMENT = 400;

type AlertChange = Effect['alerts'][number];

interface Judged {
  rule: AlertChange['rule'];
  institution: string;
  episode: Episode;
}

/**
 * The alerts that would be raised, changed or withdrawn: the rules are run over the data as they are and as they would
 * be, from the same stored states, and nothing is kept. An alert that a person closed stays as it is.
 */
export async function alertPart(
  db: Kysely<Database>,
  { before, after }: Compared,
  { zone, nowMs, fromMs, institutions }: { zone: Zone; nowMs: number; fromMs: number; institutions: readonly string[] },
  names: ReadonlyMap<string, string>,
): Promise<AlertChange[]> {
  const { subjects } = await loadRuleSubjects(db, zone, institutions);
  if (subjects.length === 0) return [];
  const untilMs = gridFloor(zone, nowMs, HOUR_MS);
  const judge = (series: ReadSeries): Promise<Map<string, Judged>> =>
    judged(db, series, subjects, { zone, fromMs: Math.min(fromMs, untilMs - 1), untilMs });
  const [old, next] = [await judge(before), await judge(after)];
  const ids = [...new Set([...old.keys(), ...next.keys()])].filter((id) => !isSame(old.get(id), next.get(id)));
  const closed = await closedAmong(db, ids);
  return ids
    .filter((id) => !closed.has(id))
    .map((id) => changeOf(id, old.get(id), next.get(id), zone, names))
    .sort((a, b) => (a.activeSince < b.activeSince ? -1 : a.activeSince > b.activeSince ? 1 : a.id < b.id ? -1 : 1));
}

async function judged(
  db: Kysely<Database>,
  series: ReadSeries,
  subjects: readonly RuleSubject[],
  { zone, fromMs, untilMs }: { zone: Zone; fromMs: number; untilMs: number },
): Promise<Map<string, Judged>> {
  const folds = await evaluateRules({ db, series, zone }, subjects, { fromMs }, untilMs);
  const byId = new Map<string, Judged>();
  for (const { fold, subject, episodes } of folds) {
    const { institution } = subject;
    // By (subject, beginning) the last one counts, as where alerts are made of them.
    for (const episode of episodes)
      byId.set(alertIdOf(fold.rule, institution, episode), { rule: fold.rule, institution, episode });
  }
  return byId;
}

function isSame(a: Judged | undefined, b: Judged | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const shown = ({ episode: { severity, clearedAtMs, limit, value } }: Judged): string =>
    JSON.stringify([severity, clearedAtMs, limit, value]);
  return shown(a) === shown(b);
}

function changeOf(
  id: string,
  old: Judged | undefined,
  next: Judged | undefined,
  zone: Zone,
  names: ReadonlyMap<string, string>,
): AlertChange {
  const { rule, institution, episode } = (next ?? old)!;
  return {
    change: old === undefined ? 'raised' : next === undefined ? 'withdrawn' : 'changed',
    id,
    rule,
    institutionId: institution,
    institutionName: names.get(institution) ?? institution,
    subject: episode.subject,
    activeSince: zone.iso(episode.activeSinceMs),
    before: shownOf(old?.episode, zone),
    after: shownOf(next?.episode, zone),
  };
}

function shownOf(episode: Episode | undefined, zone: Zone): AlertChange['before'] {
  if (episode === undefined) return null;
  const { severity, clearedAtMs, limit, value, unit } = episode;
  return { severity, clearedAt: clearedAtMs === null ? null : zone.iso(clearedAtMs), limit, value, unit };
}

async function closedAmong(db: Kysely<Database>, ids: readonly string[]): Promise<Set<string>> {
  const closed = new Set<string>();
  for (const part of inParts(ids, IDS_OF_A_STATEMENT)) {
    const rows = await db
      .selectFrom('alert')
      .select('id')
      .where('id', 'in', part)
      .where('state', '=', 'closed')
      .execute();
    for (const { id } of rows) closed.add(id);
  }
  return closed;
}
