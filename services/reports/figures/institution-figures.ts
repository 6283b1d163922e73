import type { CoefficientSet } from '../../../domain/coefficient.ts';
import { fromMicro, registerToMicro } from '../../../domain/micro.ts';
import { USAGE_MEDIA, type UsageMedium } from '../../../domain/quantity.ts';
import type { ReportFigures } from '../../api/schemas/report.ts';
import { indicatorsOf } from './indicators.ts';
import { mediumFigures, type MediumSums, type MeteredTime } from './medium-sums.ts';
import { sumOfKnown, timesFactor } from './micro-amount.ts';

/** The sum of one medium and sub-item ('' where none) over a month, with meter-milliseconds by how it came about. */
export interface MonthSum {
  medium: UsageMedium;
  subItem: string;
  /** 0 (January) to 11. */
  month: number;
  /** Millionths of the canonical unit. */
  micro: bigint;
  measuredMs: number;
  estimatedMs: number;
  manualMs: number;
  missingMs: number;
}

export interface InstitutionInput {
  year: number;
  owner: { id: string; name: string; type: string };
  addressee: string;
  /** In force on 31 December of the year; null where unknown. */
  areaM2: number | null;
  headcount: number | null;
  months: readonly MonthSum[];
  lastYear: readonly MonthSum[];
  /** Canonical units. */
  quotas: readonly { medium: string; annualLimit: number }[];
  coefficients: CoefficientSet;
  alerts: ReportFigures['alerts'];
  /** Of the media that have meters. */
  meteredTime?: ReadonlyMap<UsageMedium, MeteredTime>;
}

/** How far months may differ in what they are known by, and still be compared; clocks that change make a little. */
const SLACK = 0.01;

const valueOf = (sum: MonthSum): bigint | null =>
  sum.measuredMs + sum.estimatedMs + sum.manualMs > 0 ? sum.micro : null;

function byMonth(sums: readonly MonthSum[]): (bigint | null)[] {
  const months = Array<bigint | null>(12).fill(null);
  for (const sum of sums) months[sum.month] = sumOfKnown([months[sum.month] ?? null, valueOf(sum)]);
  return months;
}

/** Time for which meters at the top are registered and not known: sums hold none of it before a first reading. */
function unknownMs(time: MeteredTime | undefined): number {
  return time?.expectedMs.reduce((sum, ms, month) => sum + ms - (time.knownMs[month] ?? 0), 0) ?? 0;
}

/** How many meters each month is known by, those known for a part of it by that part. */
function metersByMonth(sums: readonly MonthSum[], year: number): number[] {
  const meters = Array<number>(12).fill(0);
  for (const { month, measuredMs, estimatedMs, manualMs } of sums) {
    const lengthMs = Date.UTC(year, month + 1, 1) - Date.UTC(year, month, 1);
    meters[month]! += (measuredMs + estimatedMs + manualMs) / lengthMs;
  }
  return meters;
}

function bySubItem(sums: readonly MonthSum[]): Map<string, bigint | null> {
  const items = new Map<string, bigint | null>();
  for (const sum of sums) items.set(sum.subItem, sumOfKnown([items.get(sum.subItem) ?? null, valueOf(sum)]));
  return items;
}

/** What has no factor is no energy. */
const byFactor = (total: bigint | null, factor: number): bigint | null =>
  total === null || factor === 0 ? null : timesFactor(total, factor);

const known = (amount: bigint | null): number | null => (amount === null ? null : fromMicro(amount));

function mediumSums(medium: UsageMedium, input: InstitutionInput): MediumSums | undefined {
  const rows = input.months.filter((sum) => sum.medium === medium);
  const rowsBefore = input.lastYear.filter((sum) => sum.medium === medium);
  const before = byMonth(rowsBefore);
  const quota = input.quotas.find((one) => one.medium === medium);
  // Of a meter that was never read in the year the report says so.
  const isMetered = input.meteredTime?.get(medium)?.expectedMs.some((ms) => ms > 0) === true;
  if (rows.length === 0 && quota === undefined && sumOfKnown(before) === null && !isMetered) return undefined;
  const months = byMonth(rows);
  const total = sumOfKnown(months);
  // A month known in one of two years only, or by fewer meters than in the other, would pass for a rise or a fall.
  const metersNow = metersByMonth(rows, input.year);
  const metersBefore = metersByMonth(rowsBefore, input.year - 1);
  const isAlike = (now: number, then: number): boolean => Math.abs(now - then) <= SLACK * Math.max(now, then);
  const inBoth = (amounts: (bigint | null)[]): bigint | null =>
    sumOfKnown(
      amounts.filter(
        (_, at) => months[at] !== null && before[at] !== null && isAlike(metersNow[at] ?? 0, metersBefore[at] ?? 0),
      ),
    );
  const ms = (pick: (sum: MonthSum) => number): number => rows.reduce((all, sum) => all + pick(sum), 0);
  return {
    medium,
    months,
    subItems: bySubItem(rows),
    lastYear: sumOfKnown(before),
    comparable: inBoth(months),
    lastYearComparable: inBoth(before),
    quota: quota === undefined ? null : registerToMicro(quota.annualLimit, 1),
    quotaUsed: quota === undefined ? null : total,
    kgce: byFactor(total, input.coefficients.kgcePer[medium]),
    co2Kg: byFactor(total, input.coefficients.co2KgPer[medium]),
    meteredTime: input.meteredTime?.get(medium),
    meterMs: {
      measured: ms((sum) => sum.measuredMs),
      estimated: ms((sum) => sum.estimatedMs),
      manual: ms((sum) => sum.manualMs),
      missing: Math.max(
        ms((sum) => sum.missingMs),
        unknownMs(input.meteredTime?.get(medium)),
      ),
    },
  };
}

/**
 * The figures of an institution's annual report (Art. 17). Summed in 64-bit millionths and converted once, so that
 * months and sub-items add up to the total, and standard coal by medium to 综合能耗, exactly.
 */
export function institutionFigures(input: InstitutionInput): ReportFigures {
  const sums = USAGE_MEDIA.map((medium) => mediumSums(medium, input)).filter((one) => one !== undefined);
  const media = sums.map(mediumFigures);
  const kgce = known(sumOfKnown(sums.map((one) => one.kgce)));
  const co2Kg = known(sumOfKnown(sums.map((one) => one.co2Kg)));
  const areaM2 = input.areaM2 ?? 0;
  const headcount = input.headcount ?? 0;
  const waterM3 = media.find((one) => one.medium === 'water')?.total ?? null;
  const indicatorBasis = {
    kgcePerM2: areaM2 > 0 && kgce !== null ? { kgce, areaM2 } : { kgce: 0, areaM2: 0 },
    kgcePerPerson: headcount > 0 && kgce !== null ? { kgce, headcount } : { kgce: 0, headcount: 0 },
    waterM3PerPerson: headcount > 0 && waterM3 !== null ? { waterM3, headcount } : { waterM3: 0, headcount: 0 },
  };
  return {
    year: input.year,
    kind: 'institution',
    owner: input.owner,
    addressee: input.addressee,
    areaM2,
    headcount,
    institutions: 1,
    media,
    totals: { kgce, co2Kg, ...indicatorsOf(indicatorBasis) },
    indicatorBasis,
    alerts: input.alerts,
    rows: [],
    byType: [],
    coefficients: input.coefficients,
  };
}
