import { premisesKey } from '../../domain/premises.ts';
import { startOfDate } from '../../domain/start-of-date.ts';
import type { Zone } from '../../domain/zone.ts';
import type { MeterUsage, SeriesStore } from '../../storage/series/port.ts';
import type { MeterShare, UsageMeter } from '../usage/meter-config.ts';
import { rollUpHours } from '../usage/roll-up.ts';
import type { AccountedQuality } from './account.ts';
import type { InstitutionFigure } from './provenance-reader.ts';

/** A share of a meter that counts for a figure, over the part of its range in which it holds. */
export interface SharePart {
  meter: UsageMeter;
  share: MeterShare;
  /** Among the meter's shares. */
  index: number;
  fromMs: number;
  toMs: number;
}

/** Hours read at once. */
const CHUNK_MS = 31 * 86_400_000;

/** The shares of all meters that count for a figure, by meter. */
export function sharePartsOf(meters: Iterable<UsageMeter>, figure: InstitutionFigure, zone: Zone): SharePart[] {
  const parts: SharePart[] = [];
  for (const meter of meters) {
    if (meter.medium !== figure.medium) continue;
    for (const [index, share] of meter.shares.entries()) {
      if (premisesKey(share.institutionId, share.housing === true) !== figure.premises) continue;
      if (figure.subItem !== undefined && (share.subItem ?? '') !== figure.subItem) continue;
      const fromMs = Math.max(figure.fromMs, startOfDate(share.validFrom, zone));
      const toMs = Math.min(figure.toMs, share.validTo === null ? figure.toMs : startOfDate(share.validTo, zone));
      if (fromMs < toMs) parts.push({ meter, share, index, fromMs, toMs });
    }
  }
  return parts.toSorted((a, b) => (a.meter.id === b.meter.id ? a.index - b.index : a.meter.id < b.meter.id ? -1 : 1));
}

/** What a share gives to a figure; amounts in millionths. */
export interface ShareAmounts {
  /** The share's part of the meter's own usage, rounded hour by hour as the sums of institutions are. */
  amountMicro: bigint;
  /** The meter's register in the hours that count, and those of the meters below it that were taken off it. */
  registerMicro: bigint;
  takenOffMicro: Map<string, bigint>;
  quality: AccountedQuality;
}

/**
 * Sums the stored hours of a share's meter as the sums of institutions do. What each meter below takes off is told by
 * doing so with it and without it.
 */
export async function shareAmounts(
  store: Pick<SeriesStore, 'meterUsage'>,
  zone: Zone,
  part: SharePart,
  below: readonly UsageMeter[],
): Promise<ShareAmounts> {
  const key = premisesKey(part.share.institutionId, part.share.housing === true);
  const counting = (share: number): UsageMeter => ({
    ...part.meter,
    shares: part.meter.shares.map((one, index) =>
      index === part.index ? { ...one, share } : { ...one, institutionId: '' },
    ),
  });
  const [asShared, asWhole] = [counting(part.share.share), wholeOf(counting(1), part.index)];
  const children = below.map((child) => ({ ...child, shares: [] }));
  const ids = [part.meter.id, ...below.map(({ id }) => id)];
  const amounts: ShareAmounts = {
    amountMicro: 0n,
    registerMicro: 0n,
    takenOffMicro: new Map(below.map(({ id }) => [id, 0n])),
    quality: { measuredMs: 0, estimatedMs: 0, manualMs: 0, missingMs: 0 },
  };
  for (let fromMs = part.fromMs; fromMs < part.toMs; fromMs += CHUNK_MS) {
    const hours = await store.meterUsage('hour', ids, fromMs, Math.min(part.toMs, fromMs + CHUNK_MS));
    const byMeter = new Map(ids.map((id) => [id, [] as MeterUsage[]]));
    for (const hour of hours) byMeter.get(hour.meter)?.push(hour);
    const sum = (meters: UsageMeter[]): bigint => {
      const rows = meters.flatMap(({ id }) => byMeter.get(id) ?? []);
      return rollUpHours(new Set([key]), meters, rows, zone).reduce((all, { micro }) => all + micro, 0n);
    };
    const register = sum([asWhole]);
    amounts.amountMicro += sum([asShared, ...children]);
    amounts.registerMicro += register;
    for (const child of children)
      amounts.takenOffMicro.set(child.id, amounts.takenOffMicro.get(child.id)! + register - sum([asWhole, child]));
    for (const hour of byMeter.get(part.meter.id) ?? []) addQuality(amounts.quality, hour);
  }
  const { measuredMs, estimatedMs, manualMs } = amounts.quality;
  amounts.quality.missingMs = part.toMs - part.fromMs - measuredMs - estimatedMs - manualMs;
  return amounts;
}

// The other shares that begin with it would stand before a whole one.
function wholeOf(meter: UsageMeter, index: number): UsageMeter {
  return { ...meter, shares: [meter.shares[index]!] };
}

/** Adds the known time of a sum. */
export function addQuality(quality: AccountedQuality, { measuredMs, estimatedMs, manualMs }: MeterUsage): void {
  quality.measuredMs += measuredMs;
  quality.estimatedMs += estimatedMs;
  quality.manualMs += manualMs;
}
