import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import { institutionOfPremises } from '../../domain/premises.ts';
import { CANONICAL_UNIT } from '../../domain/quantity.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { SeriesStore } from '../../storage/series/port.ts';
import type { Effect } from '../api/schemas/decision.ts';
import { reportDifferences } from '../reports/report-differences.ts';
import type { UsageMeter } from '../usage/meter-config.ts';
import type { UsageSettings } from '../usage/usage-settings.ts';
import { differFromMs, whatIf } from '../usage/what-if.ts';
import { alertPart } from './effect/alert-part.ts';
import { createChangedSeries } from './effect/changed-series.ts';
import { institutionChanges } from './effect/institution-changes.ts';
import { institutionPart, touchedMonths } from './effect/institution-part.ts';
import { meterPart } from './effect/meter-part.ts';
import { quotaPart } from './effect/quota-part.ts';

/** A meter as the registry has it, and as it would be; plain data, so that the question crosses threads. */
export interface EffectQuestion {
  of: Effect['of'];
  meter: UsageMeter;
  changed: UsageMeter;
}

/** Tells what a change of a meter's decisions would do, wherever usage lives. */
export interface EffectReader {
  /**
   * What would change, over all institutions: whoever answers somebody narrows it to their scope. Nothing is written.
   * Fails with `bad-request` where it would reach back too far, and with `not-ready` where many others are waiting.
   */
  effect(question: EffectQuestion): Promise<Effect>;
}

export interface EffectDeps {
  db: Kysely<Database>;
  series: SeriesStore;
  zone: Zone;
  /** Epoch milliseconds. */
  now(): number;
  /** All meters that make usage, by id. */
  meters(): ReadonlyMap<string, UsageMeter>;
  /** As usage is made; the design's numbers where left out. */
  settings?: UsageSettings;
}

/** How far back an effect is worked out: each year is a year of intervals, rules and reports. */
const YEARS_AT_MOST = 5;
/** So many are asked for at once; whoever comes then tries again. */
const WAITING_AT_MOST = 8;

/** Works out effects one after the other: each takes as long as the usage it looks at takes to be made. */
export function createEffectReader(deps: EffectDeps): EffectReader {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    effect: async (question) => {
      if (waiting === WAITING_AT_MOST) {
        throw new PlatformError('not-ready', 'Many effects are being worked out; try again soon', { retryable: true });
      }
      waiting += 1;
      const answer = last.then(() => effectOf(deps, question));
      last = answer.catch(() => undefined);
      return answer.finally(() => (waiting -= 1));
    },
  };
}

async function effectOf(deps: EffectDeps, { of, meter, changed }: EffectQuestion): Promise<Effect> {
  const { db, series, zone } = deps;
  const nowMs = deps.now();
  const empty = { of, meterId: meter.id, medium: meter.medium, unit: CANONICAL_UNIT[meter.medium] };
  const fromMs = differFromMs(meter, changed, zone);
  const { year, month, day } = zone.local(nowMs);
  if (fromMs !== undefined && fromMs < zone.at(year - YEARS_AT_MOST, month, day)) {
    throw new PlatformError(
      'bad-request',
      `from: what changes is worked out for at most ${YEARS_AT_MOST} years back; the decision itself may lie further back`,
    );
  }
  const found = await whatIf(series, zone, () => deps.now(), meter, changed, deps.settings);
  if (found === undefined) return nothing(empty, zone.iso(nowMs));

  // 1. The meter. Whom it counts for is what the registry says, whatever it says of the meter's decisions.
  const meters = new Map([...deps.meters(), [meter.id, meter]]);
  const changes = await institutionChanges(series, zone, meters, meter, found);
  const compared = { before: series, after: createChangedSeries(series, zone, changes), changes };

  // 2. Those it counts for.
  const premises = [...changes.values()].map(({ before, after }) => (after ?? before)!.institution);
  const institutions = [...new Set(premises.map(institutionOfPremises))].sort();
  const names = await namesOf(db, institutions);

  // 3. What rests on their own premises.
  const own = institutions.filter((id) => premises.includes(id));
  const starts = [...changes.values()].map(({ before, after }) => (after ?? before)!.startMs);
  const changedFromMs = starts.reduce((first, ms) => Math.min(first, ms), nowMs);
  const rules = { zone, nowMs, fromMs: changedFromMs, institutions: own };
  return {
    ...empty,
    from: zone.iso(found.fromMs),
    to: zone.iso(nowMs),
    ...meterPart(found, zone),
    institutions: await institutionPart(compared, zone, names),
    quotas: await quotaPart(db, compared, zone, own),
    alerts: changes.size === 0 ? [] : await alertPart(db, compared, rules, names),
    reports: await reportDifferences({ db, zone, ...compared }, yearsOf(touchedMonths(changes, zone), zone), own),
    beyond: 0,
  };
}

function yearsOf(months: Iterable<number>, zone: Zone): number[] {
  return [...new Set([...months].map((ms) => zone.local(ms).year))];
}

function nothing(empty: Pick<Effect, 'of' | 'meterId' | 'medium' | 'unit'>, at: string): Effect {
  const none = { days: [], months: [], institutions: [], quotas: [], alerts: [], reports: [] };
  return { ...empty, from: at, to: at, total: { before: 0, after: 0 }, ...none, beyond: 0 };
}

async function namesOf(db: Kysely<Database>, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('institution')
    .select(['id', 'name'])
    .where('id', 'in', [...ids])
    .execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}
