import { CANONICAL_UNIT, USAGE_MEDIA, type UsageMedium } from '../../domain/quantity.ts';
import type { Zone } from '../../domain/zone.ts';
import type { KnownUsage } from '../../storage/series/port.ts';
import type { UsageReader } from '../usage/usage-reader.ts';
import { createKnownSlots, isAlike, type Slot, withoutDay } from './comparable-use.ts';

/** The use of one medium by many institutions in a year so far, in millionths of the canonical unit; null: not known. */
export interface MediumUse {
  medium: UsageMedium;
  unit: string;
  /** All that is known, today's part included. */
  used: bigint | null;
  /** All that is known of the whole days so far, and of the same days of last year; 29 February has none. */
  usedDays: bigint | null;
  lastYearDays: bigint | null;
  /** What of these two can be held against each other: by institution, the months and days that both years know alike. */
  comparable: bigint | null;
  lastYearComparable: bigint | null;
  /** Twelve each; null where nothing is known, or the month is to come. */
  months: (bigint | null)[];
  lastYearMonths: (bigint | null)[];
}

/** Use by medium, and of each institution and medium. */
export interface YearlyUse {
  media: MediumUse[];
  /** Keyed `institution medium`; only what is known. */
  byInstitution: Map<string, bigint>;
  /** How many months of the year are over, and in how many of them there is a value, keyed `institution medium`. */
  monthsOver: number;
  monthsKnown: Map<string, number>;
  /** What either year has a value of, keyed alike. */
  everKnown: Set<string>;
  /** The twelve months of the year itself, keyed alike; null where nothing is known. */
  monthsByInstitution: Map<string, (bigint | null)[]>;
}

interface Deps {
  usage: Pick<UsageReader, 'knownUsage'>;
  zone: Zone;
  nowMs: number;
}

/**
 * Sums the year so far, and the whole days of it against the same days of the year before: whole months from monthly
 * sums, the month that is running from daily ones, today and 29 February left out. Media of which neither year knows
 * anything are left out.
 */
export async function yearlyUse(deps: Deps, institutions: readonly string[], year: number): Promise<YearlyUse> {
  const { zone, nowMs } = deps;
  const { months, days, leapDay, leapMs } = await readYears(deps, institutions, year);
  const monthsOver = Math.max(0, Math.min(12, (zone.local(nowMs).year - year) * 12 + zone.local(nowMs).month - 1));
  const known = createKnownSlots(institutions, LEAP + 1);
  const yearMs = zone.at(year, 1, 1);
  const sideOf = (ms: number): Slot['side'] => (ms < yearMs ? 'before' : 'now');
  known.add(months, (ms) => ({ side: sideOf(ms), at: zone.local(ms).month - 1, lengthMs: zone.nextMonth(ms) - ms }));
  const ofDay = (ms: number): Slot => {
    return { side: sideOf(ms), at: MONTHS + zone.local(ms).day - 1, lengthMs: zone.nextDay(ms) - ms };
  };
  for (const rows of days) known.add(rows, ofDay);
  if (leapDay !== undefined) known.add(leapDay, (ms) => ({ ...ofDay(ms), at: LEAP }));

  const byMedium = new Map<UsageMedium, MediumUse>();
  const byInstitution = new Map<string, bigint>();
  const monthsByInstitution = new Map<string, (bigint | null)[]>();
  const monthsKnown = new Map<string, number>();
  const everKnown = new Set<string>();
  for (const { institution, medium, now, before } of known.series()) {
    const key = `${institution} ${medium}`;
    let use = byMedium.get(medium);
    if (use === undefined) byMedium.set(medium, (use = emptyUse(medium)));
    everKnown.add(key);
    monthsByInstitution.set(
      key,
      Array.from({ length: MONTHS }, (_, month) => now[month]?.micro ?? null),
    );
    for (let month = 0; month < MONTHS; month++) {
      const [used, usedBefore] = [now[month]?.micro ?? null, before[month]?.micro ?? null];
      use.months[month] = plus(use.months[month]!, used);
      use.lastYearMonths[month] = plus(use.lastYearMonths[month]!, usedBefore);
      use.used = plus(use.used, used);
      if (used === null) continue;
      byInstitution.set(key, (byInstitution.get(key) ?? 0n) + used);
      if (month < monthsOver) monthsKnown.set(key, (monthsKnown.get(key) ?? 0) + 1);
    }
    if (leapMs !== undefined) {
      const side = sideOf(leapMs) === 'now' ? now : before;
      const [february, dayMs] = [side[1], zone.nextDay(leapMs) - leapMs];
      if (february !== undefined && monthsOver > 1) side[1] = withoutDay(february, dayMs, side[LEAP]);
    }
    for (let at = 0; at < LEAP; at++) {
      if (at < MONTHS && at >= monthsOver) continue;
      const [one, other] = [now[at], before[at]];
      if (one !== undefined) use.usedDays = plus(use.usedDays, one.micro);
      if (other !== undefined) use.lastYearDays = plus(use.lastYearDays, other.micro);
      if (one === undefined || other === undefined || !isAlike(one, other)) continue;
      use.comparable = plus(use.comparable, one.micro);
      use.lastYearComparable = plus(use.lastYearComparable, other.micro);
    }
  }
  const media = USAGE_MEDIA.flatMap((medium) => byMedium.get(medium) ?? []);
  return { media, byInstitution, monthsOver, monthsKnown, everKnown, monthsByInstitution };
}

const MONTHS = 12;
/** Behind twelve months and the days of one. */
const LEAP = MONTHS + 31;

function emptyUse(medium: UsageMedium): MediumUse {
  const sums = { used: null, usedDays: null, lastYearDays: null, comparable: null, lastYearComparable: null };
  const months = (): null[] => Array<null>(MONTHS).fill(null);
  return { medium, unit: CANONICAL_UNIT[medium], ...sums, months: months(), lastYearMonths: months() };
}

function plus(sum: bigint | null, micro: bigint | null): bigint | null {
  if (micro === null) return sum;
  return sum === null ? micro : sum + micro;
}

interface YearsRead {
  /** Of both years, up to the month that is running. */
  months: KnownUsage;
  /** Of the month that is running and the same of last year, up to yesterday. */
  days: KnownUsage[];
  /** 29 February, where one of the years has one that lies in a month that is over. */
  leapDay: KnownUsage | undefined;
  leapMs: number | undefined;
}

async function readYears(
  { usage, zone, nowMs }: Deps,
  institutions: readonly string[],
  year: number,
): Promise<YearsRead> {
  const today = zone.local(nowMs);
  const daysOf = async (of: number): Promise<KnownUsage[]> => {
    if (today.year !== year) return [];
    const fromMs = zone.at(of, today.month, 1);
    // 29 February has no counterpart: the end stays within the month.
    const toMs = Math.min(zone.at(of, today.month, today.day), zone.at(of, today.month + 1, 1));
    return fromMs < toMs ? [await usage.knownUsage(institutions, fromMs, toMs, '1d')] : [];
  };
  const leapYear = [year, year - 1].find((one) => zone.local(zone.at(one, 2, 29)).month === 2);
  const leapMs = leapYear === undefined || zone.at(year, 3, 1) > nowMs ? undefined : zone.at(leapYear, 2, 29);
  const [months, days, daysBefore, leapDay] = await Promise.all([
    usage.knownUsage(
      institutions,
      zone.at(year - 1, 1, 1),
      Math.min(zone.at(year + 1, 1, 1), zone.nextMonth(nowMs)),
      '1mo',
    ),
    daysOf(year),
    daysOf(year - 1),
    leapMs === undefined ? undefined : usage.knownUsage(institutions, leapMs, zone.nextDay(leapMs), '1d'),
  ]);
  return { months, days: [...days, ...daysBefore], leapDay, leapMs };
}
