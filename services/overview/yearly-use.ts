import { CANONICAL_UNIT, USAGE_MEDIA, type UsageMedium } from '../../domain/quantity.ts';
import type { Zone } from '../../domain/zone.ts';
import type { UsageReader } from '../usage/usage-reader.ts';

/** The use of one medium by many institutions in a year so far, in millionths of the canonical unit. */
interface MediumUse {
  medium: UsageMedium;
  unit: string;
  used: bigint;
  /** The same days of last year; null where nothing is known of them. */
  lastYear: bigint | null;
  /** Twelve each; null where nothing is known, or the month is to come. */
  months: (bigint | null)[];
  lastYearMonths: (bigint | null)[];
}

/** Use by medium, and of each institution and medium, keyed `institution medium`. */
export interface YearlyUse {
  media: MediumUse[];
  byInstitution: Map<string, bigint>;
}

/**
 * Sums the year so far and the same days of the year before: whole months from monthly sums, the month that is running
 * from daily ones. Media of which neither year knows anything are left out.
 */
export async function yearlyUse(
  deps: { usage: UsageReader; zone: Zone; nowMs: number },
  institutions: readonly string[],
  year: number,
): Promise<YearlyUse> {
  const { usage, zone, nowMs } = deps;
  const thisYear = { months: new Map<string, bigint>(), toDate: new Map<string, bigint>() };
  const byInstitution = new Map<string, bigint>();
  const lastYear = { months: new Map<string, bigint>(), toDate: new Map<string, bigint>() };
  const day = runningDay(zone, nowMs, year);

  const endMs = Math.min(zone.at(year + 1, 1, 1), zone.nextMonth(nowMs));
  const startMs = zone.at(year - 1, 1, 1);
  const rows = startMs < endMs ? await usage.institutionUsage(institutions, startMs, endMs, '1mo') : [];
  for (const row of rows) {
    if (row.micro === null) continue;
    const at = zone.local(row.startMs);
    const side = at.year === year ? thisYear : lastYear;
    add(side.months, `${row.medium} ${at.month}`, row.micro);
    if (at.year === year) {
      add(side.toDate, row.medium, row.micro);
      add(byInstitution, `${row.institution} ${row.medium}`, row.micro);
    } else if (day === undefined || at.month < day.month) {
      add(side.toDate, row.medium, row.micro);
    }
  }

  if (day !== undefined) {
    const fromMs = zone.at(year - 1, day.month, 1);
    // 29 February has no counterpart: the end stays within the month.
    const toMs = Math.min(zone.at(year - 1, day.month, day.day + 1), zone.at(year - 1, day.month + 1, 1));
    for (const row of await usage.institutionUsage(institutions, fromMs, toMs, '1d')) {
      if (row.micro !== null) add(lastYear.toDate, row.medium, row.micro);
    }
  }

  const monthsOf = (sums: Map<string, bigint>, medium: UsageMedium): (bigint | null)[] =>
    Array.from({ length: 12 }, (_, month) => sums.get(`${medium} ${month + 1}`) ?? null);
  const media = USAGE_MEDIA.map((medium) => ({
    medium,
    unit: CANONICAL_UNIT[medium],
    used: thisYear.toDate.get(medium) ?? 0n,
    lastYear: lastYear.toDate.get(medium) ?? null,
    months: monthsOf(thisYear.months, medium),
    lastYearMonths: monthsOf(lastYear.months, medium),
  })).filter((use) => [...use.months, ...use.lastYearMonths].some((micro) => micro !== null));
  return { media, byInstitution };
}

/** Today, while the year is running. */
function runningDay(zone: Zone, nowMs: number, year: number): { month: number; day: number } | undefined {
  const today = zone.local(nowMs);
  return today.year === year ? today : undefined;
}

function add(sums: Map<string, bigint>, key: string, micro: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + micro);
}
