import { fromMicro } from '../../../domain/micro.ts';
import { CANONICAL_UNIT, type UsageMedium } from '../../../domain/quantity.ts';
import { SUB_ITEM_CODES } from '../../../domain/sub-item.ts';
import type { ReportFigures } from '../../api/schemas/report.ts';
import { sumOfKnown, toMicro } from './micro-amount.ts';

export type MediumFigures = ReportFigures['media'][number];
type MeterMs = MediumFigures['meterMs'];
/** By month: for how long the meters at the top are registered, and for how long of that they are known. */
export type MeteredTime = NonNullable<MediumFigures['meteredTime']>;

/** One medium of a report while it is summed: amounts in millionths of the canonical unit, kgce and kg CO₂ alike. */
export interface MediumSums {
  medium: UsageMedium;
  /** Twelve months; null where there is no value. */
  months: (bigint | null)[];
  /** By sub-item code, '' where none. */
  subItems: Map<string, bigint | null>;
  lastYear: bigint | null;
  comparable: bigint | null;
  lastYearComparable: bigint | null;
  quota: bigint | null;
  quotaUsed: bigint | null;
  /** Null of what is no energy, as is what has no value. */
  kgce: bigint | null;
  co2Kg: bigint | null;
  meterMs: MeterMs;
  meteredTime?: MeteredTime | undefined;
}

const known = (amount: bigint | null): number | null => (amount === null ? null : fromMicro(amount));
const micro = (amount: number | null): bigint | null => (amount === null ? null : toMicro(amount));

const subItemOrder = (code: string): number =>
  code === '' ? SUB_ITEM_CODES.length : SUB_ITEM_CODES.indexOf(code as never);

function sharesOf(ms: MeterMs): MeterMs {
  const all = ms.measured + ms.estimated + ms.manual + ms.missing;
  if (all === 0) return { measured: 0, estimated: 0, manual: 0, missing: 1 };
  return {
    measured: ms.measured / all,
    estimated: ms.estimated / all,
    manual: ms.manual / all,
    missing: ms.missing / all,
  };
}

/** The sums as the report states them; this is the one place in which they are converted to numbers. */
export function mediumFigures(sums: MediumSums): MediumFigures {
  return {
    medium: sums.medium,
    unit: CANONICAL_UNIT[sums.medium],
    total: known(sumOfKnown(sums.months)),
    months: sums.months.map(known),
    subItems: [...sums.subItems]
      .sort(([a], [b]) => subItemOrder(a) - subItemOrder(b) || (a < b ? -1 : 1))
      .map(([code, amount]) => ({ subItem: code === '' ? null : code, amount: known(amount) })),
    lastYear: known(sums.lastYear),
    comparable: known(sums.comparable),
    lastYearComparable: known(sums.lastYearComparable),
    quota: known(sums.quota),
    quotaUsed: known(sums.quotaUsed),
    quotaRatio:
      sums.quota === null || sums.quota === 0n || sums.quotaUsed === null
        ? null
        : Number(sums.quotaUsed) / Number(sums.quota),
    kgce: known(sums.kgce),
    co2Kg: known(sums.co2Kg),
    quality: sharesOf(sums.meterMs),
    meterMs: sums.meterMs,
    ...(sums.meteredTime === undefined ? {} : { meteredTime: sums.meteredTime }),
  };
}

/** The same medium of several reports, added up; undefined where none of them has it. */
export function addMedia(medium: UsageMedium, parts: readonly ReportFigures[]): MediumSums | undefined {
  const found = parts.flatMap((part) => part.media.filter((one) => one.medium === medium));
  if (found.length === 0) return undefined;
  const sum = (pick: (one: MediumFigures) => number | null): bigint | null =>
    sumOfKnown(found.map((one) => micro(pick(one))));
  const subItems = new Map<string, bigint | null>();
  for (const { subItem, amount } of found.flatMap((one) => one.subItems)) {
    subItems.set(subItem ?? '', sumOfKnown([subItems.get(subItem ?? '') ?? null, micro(amount)]));
  }
  const ms = (pick: keyof MeterMs): number => found.reduce((all, one) => all + one.meterMs[pick], 0);
  return {
    medium,
    months: Array.from({ length: 12 }, (_, month) => sum((one) => one.months[month] ?? null)),
    subItems,
    lastYear: sum((one) => one.lastYear),
    comparable: sum((one) => one.comparable),
    lastYearComparable: sum((one) => one.lastYearComparable),
    quota: sum((one) => one.quota),
    quotaUsed: sum((one) => one.quotaUsed),
    kgce: sum((one) => one.kgce),
    co2Kg: sum((one) => one.co2Kg),
    meteredTime: addTimes(found.flatMap(({ meteredTime }) => meteredTime ?? [])),
    meterMs: { measured: ms('measured'), estimated: ms('estimated'), manual: ms('manual'), missing: ms('missing') },
  };
}

function addTimes(times: readonly MeteredTime[]): MeteredTime | undefined {
  if (times.length === 0) return undefined;
  const sum = (pick: (time: MeteredTime) => number[]): number[] =>
    Array.from({ length: 12 }, (_, month) => times.reduce((all, time) => all + (pick(time)[month] ?? 0), 0));
  return { expectedMs: sum((time) => time.expectedMs), knownMs: sum((time) => time.knownMs) };
}
