import type { Zone } from '../../../domain/zone.ts';
import type { Episode } from '../episode.ts';
import { addToSeries, shownSeries } from '../evidence-series.ts';
import type { ThermostatSettings } from '../settings.ts';
import type { Verdict } from './judge.ts';

const HOUR_MS = 3_600_000;
/** Hours apart from which two of them are not "on end" any more. */
const LONGEST_HOLE_MS = 3 * HOUR_MS;

/** Hours beyond the limit: not yet sustained, or raised and not yet over; JSON. */
interface Run {
  sinceMs: number;
  raised: boolean;
  /** Since when it has been a breach rather than an indication; null while it is not. */
  breachSinceMs: number | null;
  season: 'heating' | 'cooling';
  hours: number;
  lastMs: number;
  worstC: number;
  limitC: number;
  basis: 'setpoint' | 'room';
  degreeHours: number;
  withinHours: number;
  series: [number, number][];
}

/** One temperature point between two hours; JSON. */
export interface PointState {
  run: Run | null;
  /** The breach hours on end up to the newest hour; null where that was none. */
  breach: { fromMs: number; hours: number } | null;
}

/** A point of which nothing is known yet, or whose last hour was within its limit. */
export const QUIET_POINT: PointState = { run: null, breach: null };

/** One judged hour of a point. */
export interface JudgedHour {
  settings: ThermostatSettings;
  zone: Zone;
  id: string;
  season: 'heating' | 'cooling';
  hour: number;
  verdict: Verdict;
}

/** The state after a judged hour; an episode that is over with it is put to `ended`. The series is the fold's own. */
export function afterJudged(state: PointState, judged: JudgedHour, ended: Episode[]): PointState {
  const { settings, hour, verdict } = judged;
  if (verdict.level === 'breach' || verdict.level === 'indication') return afterBeyond(state, judged);

  const { run } = state;
  if (run === null || !run.raised) return QUIET_POINT;
  // With the system off the room tells nothing about how it is run: a breach goes on until it is seen to be run well.
  const counts = verdict.level === 'within' && (run.breachSinceMs === null || verdict.isRunning);
  const withinHours = counts ? run.withinHours + 1 : run.withinHours;
  const next = { ...run, withinHours, lastMs: hour };
  addToSeries(next.series, hour, verdict.valueC);
  if (withinHours < settings.clearHours) return { run: next, breach: null };
  ended.push(...episodeOfPoint({ run: next, breach: null }, judged.id, hour + HOUR_MS, judged.zone));
  return QUIET_POINT;
}

/** The state once the season is over, which ends what was raised in it. */
export function atSeasonEnd(
  state: PointState,
  id: string,
  seasonEndMs: number,
  zone: Zone,
  ended: Episode[],
): PointState {
  if (state.run === null) return state;
  ended.push(...episodeOfPoint(state, id, seasonEndMs, zone));
  return QUIET_POINT;
}

/** The point's episode, if one is raised. */
export function episodeOfPoint({ run }: PointState, id: string, clearedAtMs: number | null, zone: Zone): Episode[] {
  if (run === null || !run.raised) return [];
  return [
    {
      subject: id,
      activeSinceMs: run.sinceMs,
      clearedAtMs,
      severity: run.breachSinceMs === null ? 'info' : 'warning',
      limit: run.limitC,
      value: run.worstC,
      unit: '°C',
      waste: { amount: run.degreeHours, unit: '°C·h', kgce: 0 },
      article: 'Art. 20(3)',
      addressedTo: 'institution',
      evidence: {
        kind: 'hourly-temperature',
        series: shownSeries(run.series),
        facts: {
          season: run.season,
          basis: run.basis,
          hoursBeyond: run.hours,
          ...(run.breachSinceMs === null ? {} : { breachSince: zone.iso(run.breachSinceMs) }),
        },
      },
    },
  ];
}

function afterBeyond(state: PointState, { settings, season, hour, verdict }: JudgedHour): PointState {
  const isOnEnd = state.run !== null && hour - state.run.lastMs <= LONGEST_HOLE_MS;
  const before = isOnEnd || state.run?.raised === true ? state.run : null;
  const earlier = isOnEnd ? state.breach : null;
  const breach =
    verdict.level === 'breach' ? { fromMs: earlier?.fromMs ?? hour, hours: (earlier?.hours ?? 0) + 1 } : null;
  const isSustainedBreach = breach !== null && breach.hours >= settings.sustainedHours;
  const isWorst = before === null || isWorse(season, verdict.valueC, before.worstC);
  const hours = (before?.hours ?? 0) + 1;
  const series = before?.series ?? [];
  addToSeries(series, hour, verdict.valueC);
  return {
    breach,
    run: {
      sinceMs: before?.sinceMs ?? hour,
      raised: before?.raised === true || hours >= settings.sustainedHours,
      breachSinceMs: before?.breachSinceMs ?? (isSustainedBreach ? breach.fromMs : null),
      season,
      hours,
      lastMs: hour,
      worstC: isWorst ? verdict.valueC : before.worstC,
      limitC: verdict.limitC,
      basis: isWorst ? verdict.basis : before.basis,
      degreeHours: (before?.degreeHours ?? 0) + verdict.excessC,
      withinHours: 0,
      series,
    },
  };
}

function isWorse(season: 'heating' | 'cooling', valueC: number, worstC: number): boolean {
  return season === 'cooling' ? valueC < worstC : valueC > worstC;
}
