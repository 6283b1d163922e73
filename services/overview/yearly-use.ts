import { CANONICAL_UNIT, USAGE_MEDIA, type UsageMedium } from '../../domain/quantity.ts';
import type { Zone } from '../../domain/zone.ts';
import type { InstitutionInterval, UsageReader } from '../usage/usage-reader.ts';
import { addKnown, isAlike, type KnownUse, withoutDay } from './comparable-use.ts';

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
  /** The monthly sums of the year itself. */
  monthRows: InstitutionInterval[];
}

interface Deps {
  usage: UsageReader;
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
  const { months, days, leapDays, leapMs } = await readYears(deps, institutions, year);
  const monthsOver = Math.max(0, Math.min(12, (zone.local(nowMs).year - year) * 12 + zone.local(nowMs).month - 1));
  const sums = createSums();
  const monthRows: InstitutionInterval[] = [];
  const byInstitution = new Map<string, bigint>();
  const known = [new Map<string, KnownUse>(), new Map<string, KnownUse>()] as const;
  const leap = new Map<string, KnownUse>();

  for (const row of months) {
    const { year: rowYear, month } = zone.local(row.startMs);
    const before = rowYear < year;
    if (!before) monthRows.push(row);
    if (row.micro === null) continue;
    sums.add(`${before ? 'before' : 'now'} ${row.medium} ${month}`, row.micro);
    if (!before) {
      sums.add(`used ${row.medium}`, row.micro);
      addTo(byInstitution, `${row.institution} ${row.medium}`, row.micro);
    }
    if (month <= monthsOver) addKnown(known[before ? 1 : 0], `${row.institution} ${row.medium} ${month}`, row);
  }
  for (const row of days) {
    const { year: rowYear, day } = zone.local(row.startMs);
    addKnown(known[rowYear < year ? 1 : 0], `${row.institution} ${row.medium} day ${day}`, row);
  }
  for (const row of leapDays) addKnown(leap, `${row.institution} ${row.medium} 2`, row);
  if (leapMs !== undefined) {
    const side = known[zone.local(leapMs).year < year ? 1 : 0];
    const dayMs = zone.nextDay(leapMs) - leapMs;
    for (const [key, month] of side) {
      if (key.endsWith(' 2') && !key.endsWith(' day 2')) side.set(key, withoutDay(month, dayMs, leap.get(key)));
    }
  }

  const everKnown = new Set([...byInstitution.keys(), ...known[1].keys()].map((key) => key.split(' ', 2).join(' ')));
  const monthsKnown = new Map<string, number>();
  for (const [key, now] of known[0]) {
    const [institution, medium, unit] = key.split(' ') as [string, UsageMedium, string];
    if (unit !== 'day')
      monthsKnown.set(`${institution} ${medium}`, (monthsKnown.get(`${institution} ${medium}`) ?? 0) + 1);
    sums.add(`usedDays ${medium}`, now.micro);
    const before = known[1].get(key);
    if (before === undefined || !isAlike(now, before)) continue;
    sums.add(`comparable ${medium}`, now.micro);
    sums.add(`lastYearComparable ${medium}`, before.micro);
  }
  for (const [key, before] of known[1]) sums.add(`lastYearDays ${key.split(' ')[1]}`, before.micro);

  const twelve = (side: 'now' | 'before', medium: UsageMedium): (bigint | null)[] =>
    Array.from({ length: 12 }, (_, month) => sums.of(`${side} ${medium} ${month + 1}`));
  const media = USAGE_MEDIA.map((medium) => ({
    medium,
    unit: CANONICAL_UNIT[medium],
    used: sums.of(`used ${medium}`),
    usedDays: sums.of(`usedDays ${medium}`),
    lastYearDays: sums.of(`lastYearDays ${medium}`),
    comparable: sums.of(`comparable ${medium}`),
    lastYearComparable: sums.of(`lastYearComparable ${medium}`),
    months: twelve('now', medium),
    lastYearMonths: twelve('before', medium),
  })).filter((use) => [...use.months, ...use.lastYearMonths].some((micro) => micro !== null));
  return { media, byInstitution, monthsOver, monthsKnown, everKnown, monthRows };
}

interface YearsRead {
  /** Of both years, up to the month that is running. */
  months: InstitutionInterval[];
  /** Of the month that is running and the same of last year, up to yesterday. */
  days: InstitutionInterval[];
  /** 29 February, where one of the years has one that lies in a month that is over. */
  leapDays: InstitutionInterval[];
  leapMs: number | undefined;
}

async function readYears(
  { usage, zone, nowMs }: Deps,
  institutions: readonly string[],
  year: number,
): Promise<YearsRead> {
  const read = (fromMs: number, toMs: number, step: '1d' | '1mo'): Promise<InstitutionInterval[]> =>
    fromMs < toMs ? usage.institutionUsage(institutions, fromMs, toMs, step) : Promise.resolve([]);
  const today = zone.local(nowMs);
  const daysOf = (of: number): Promise<InstitutionInterval[]> => {
    if (today.year !== year) return Promise.resolve([]);
    // 29 February has no counterpart: the end stays within the month.
    const toMs = Math.min(zone.at(of, today.month, today.day), zone.at(of, today.month + 1, 1));
    return read(zone.at(of, today.month, 1), toMs, '1d');
  };
  const leapYear = [year, year - 1].find((one) => zone.local(zone.at(one, 2, 29)).month === 2);
  const leapMs = leapYear === undefined || zone.at(year, 3, 1) > nowMs ? undefined : zone.at(leapYear, 2, 29);
  const [months, days, daysBefore, leapDays] = await Promise.all([
    read(zone.at(year - 1, 1, 1), Math.min(zone.at(year + 1, 1, 1), zone.nextMonth(nowMs)), '1mo'),
    daysOf(year),
    daysOf(year - 1),
    leapMs === undefined ? [] : read(leapMs, zone.nextDay(leapMs), '1d'),
  ]);
  return { months, days: [...days, ...daysBefore], leapDays, leapMs };
}

function createSums(): { add(key: string, micro: bigint): void; of(key: string): bigint | null } {
  const sums = new Map<string, bigint>();
  return { add: (key, micro) => addTo(sums, key, micro), of: (key) => sums.get(key) ?? null };
}

function addTo(sums: Map<string, bigint>, key: string, micro: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + micro);
}
