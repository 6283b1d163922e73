import { coefficientsAt, type DatedCoefficientSet } from '../../../domain/coefficient.ts';
import type { WorkCalendar } from '../../../domain/work-calendar.ts';
import { valueAt, type DatedValue } from '../dated-value.ts';
import type { Episode, EpisodeKey, Folded } from '../episode.ts';
import { addToSeries, shownSeries } from '../evidence-series.ts';
import type { OffHoursSettings } from '../settings.ts';
import { baselineKw, withWorkingHour, type BaselineDay } from './baseline.ts';
import { offHoursLimitKw } from './limit.ts';

const HOUR_MS = 3_600_000;
const SUBJECT = 'standby';

export interface OffHoursConfig {
  calendar: WorkCalendar;
  settings: OffHoursSettings;
  areaM2: readonly DatedValue[];
  /** The sets that were entered, by rising day. */
  coefficients: readonly DatedCoefficientSet[];
}

/** Whole hours of [fromMs, toMs): mean power by start of the hour, exempt sub-items left out. What is not there is missing. */
export interface OffHoursWindow {
  fromMs: number;
  toMs: number;
  powerKw: ReadonlyMap<number, number>;
}

/** Hours above the limit: not yet long enough to be raised, or raised and not yet over. */
interface Standby {
  sinceMs: number;
  raised: boolean;
  /** Off-hours hours above the limit. */
  hours: number;
  peakKw: number;
  peakAtMs: number;
  limitAtPeakKw: number;
  wasteKwh: number;
  /** Hours on end below clearRatio × limit. */
  lowHours: number;
  baselineKw: number | null;
  assumedYear: number | null;
  series: [number, number][];
}

/** What the fold carries over from one hour to the next; JSON. */
export interface OffHoursState {
  baseline: BaselineDay[];
  standby: Standby | null;
}

/** The state before any data. */
export const OFF_HOURS_START: OffHoursState = { baseline: [], standby: null };

/**
 * Off-hours standby (Art. 20(1)): electricity outside working hours above the limit for `durationHours` on end. Working
 * hours are not judged, so that a load left on night after night is one episode; they end a stretch, so that a late
 * evening and an early morning do not add up. Missing hours neither raise nor clear. The value is the worst hour's mean
 * power, the limit the one of that hour, the waste all energy above the limit of its hour, in
 * kgce by the set of the day on which it began.
 */
export function evaluateOffHours(
  config: OffHoursConfig,
  window: OffHoursWindow,
  previous: OffHoursState,
): Folded<OffHoursState> {
  const { calendar, settings } = config;
  // Where the night is shorter than the durations, a whole night does.
  const raiseHours = Math.min(settings.durationHours, Math.max(1, calendar.offHoursOfWorkday));
  const clearHours = Math.min(settings.clearHours, Math.max(1, calendar.offHoursOfWorkday));
  let baseline = previous.baseline;
  let standby = structuredClone(previous.standby);
  const episodes: Episode[] = [];

  for (let hour = window.fromMs; hour < window.toMs; hour += HOUR_MS) {
    const kw = window.powerKw.get(hour);
    const { date, year, isWorking } = calendar.hourAt(hour);
    if (isWorking) {
      if (kw !== undefined) baseline = withWorkingHour(baseline, date, kw);
      standby = afterWorkingHour(standby);
      continue;
    }
    if (kw === undefined) continue;
    const meanKw = baselineKw(baseline);
    const limitKw = offHoursLimitKw(settings, valueAt(config.areaM2, calendar.zone, hour), meanKw);
    if (limitKw === null) continue;

    if (kw > limitKw) {
      standby = withHourAbove(standby, hour, kw, limitKw, meanKw, calendar.coveredYear(year) ? null : year);
      standby.raised ||= standby.hours >= raiseHours;
    } else if (standby?.raised === false) {
      standby = null;
    } else if (standby !== null) {
      addToSeries(standby.series, hour, kw);
      standby.lowHours = kw < settings.clearRatio * limitKw ? standby.lowHours + 1 : 0;
      if (standby.lowHours >= clearHours) {
        episodes.push(episodeOf(config, standby, hour + HOUR_MS));
        standby = null;
      }
    }
  }
  if (standby?.raised === true) episodes.push(episodeOf(config, standby, null));
  return { state: { baseline, standby }, episodes };
}

/** The episodes before the window that folding on from this state can still change. */
export function carriedByOffHours(state: OffHoursState): EpisodeKey[] {
  return state.standby === null ? [] : [{ subject: SUBJECT, activeSinceMs: state.standby.sinceMs }];
}

function afterWorkingHour(standby: Standby | null): Standby | null {
  if (standby === null || !standby.raised) return null;
  return standby.lowHours === 0 ? standby : { ...standby, lowHours: 0 };
}

function withHourAbove(
  standby: Standby | null,
  hour: number,
  kw: number,
  limitKw: number,
  meanKw: number | null,
  assumedYear: number | null,
): Standby {
  const isWorst = standby === null || kw > standby.peakKw;
  const series = standby?.series ?? [];
  addToSeries(series, hour, kw);
  return {
    sinceMs: standby?.sinceMs ?? hour,
    raised: standby?.raised ?? false,
    hours: (standby?.hours ?? 0) + 1,
    peakKw: isWorst ? kw : standby.peakKw,
    peakAtMs: isWorst ? hour : standby.peakAtMs,
    limitAtPeakKw: isWorst ? limitKw : standby.limitAtPeakKw,
    wasteKwh: (standby?.wasteKwh ?? 0) + (kw - limitKw),
    lowHours: 0,
    baselineKw: isWorst ? meanKw : standby.baselineKw,
    assumedYear: assumedYear ?? standby?.assumedYear ?? null,
    series,
  };
}

function episodeOf(config: OffHoursConfig, standby: Standby, clearedAtMs: number | null): Episode {
  const { calendar, settings, coefficients } = config;
  const { kgcePer } = coefficientsAt(calendar.zone.date(standby.sinceMs), coefficients);
  return {
    subject: SUBJECT,
    activeSinceMs: standby.sinceMs,
    clearedAtMs,
    severity: 'warning',
    limit: standby.limitAtPeakKw,
    value: standby.peakKw,
    unit: 'kW',
    waste: { amount: standby.wasteKwh, unit: 'kWh', kgce: standby.wasteKwh * kgcePer.electricity },
    article: 'Art. 20(1)',
    addressedTo: 'institution',
    evidence: {
      kind: 'hourly-power',
      series: shownSeries(standby.series),
      facts: {
        mode: settings.mode,
        ...(settings.mode === 'share' ? { share: settings.share } : { wattsPerM2: settings.wattsPerM2 }),
        ...(standby.baselineKw === null ? {} : { workingHoursMeanKw: standby.baselineKw }),
        hoursAbove: standby.hours,
        peakAt: calendar.zone.iso(standby.peakAtMs),
        // Holidays of that year are not published: Monday to Friday is assumed.
        ...(standby.assumedYear === null ? {} : { assumedCalendarYear: standby.assumedYear }),
      },
    },
  };
}
