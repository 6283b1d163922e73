import { QUALITY_CODE } from '../../domain/quality.ts';
import type { DayChange, MeterUsage, SeriesStore } from '../../storage/series/port.ts';
import { startQualityOf } from './interval-code.ts';
import { qualityOfSum } from './quality-of-sum.ts';

/**
 * What days that are about to be written change of sealed ones: days that are over, known throughout, and up to an end
 * that a reading at or behind it has fixed. To be asked before anything of these meters is written over.
 */
export async function sealedChanges(
  store: Pick<SeriesStore, 'meterUsage' | 'baseUsageOfEach'>,
  days: readonly MeterUsage[],
  nowMs: number,
): Promise<DayChange[]> {
  const over = days.filter(({ endMs }) => endMs <= nowMs);
  if (over.length === 0) return [];
  const range = rangeOf(over);
  const standing = await store.meterUsage('day', idsOf(over), range.fromMs, range.toMs);
  const before = new Map(standing.map((day) => [keyOf(day), day]));
  const changed = over.flatMap((day) => {
    const old = before.get(keyOf(day));
    return old === undefined || old.missingMs > 0 || isSame(old, day) ? [] : [{ old, day }];
  });
  if (changed.length === 0) return [];
  const isEndKnown = await knownEnds(
    store,
    changed.map(({ old }) => old),
  );
  return changed
    .filter(({ old }) => isEndKnown(old))
    .map(({ old, day }) => {
      const qualityAfter = qualityOfSum(day);
      return {
        meter: day.meter,
        dayMs: day.startMs,
        changedAtMs: nowMs,
        microBefore: old.micro,
        qualityBefore: qualityOfSum(old),
        microAfter: qualityAfter === 'missing' ? null : day.micro,
        qualityAfter,
      };
    });
}

/** Whether the register is known where a day ends: by the interval that begins there. */
async function knownEnds(
  store: Pick<SeriesStore, 'baseUsageOfEach'>,
  days: readonly MeterUsage[],
): Promise<(day: MeterUsage) => boolean> {
  const ends = new Set(days.map(({ meter, endMs }) => `${meter}|${endMs}`));
  const fromMs = days.reduce((least, { endMs }) => Math.min(least, endMs), Number.POSITIVE_INFINITY);
  const known = new Set<string>();
  for (const { meter, starts, qualities } of await store.baseUsageOfEach(idsOf(days), fromMs, rangeOf(days).toMs + 1))
    for (const [index, startMs] of starts.entries()) {
      const key = `${meter}|${startMs}`;
      if (ends.has(key) && startQualityOf(qualities[index]!) !== QUALITY_CODE.missing) known.add(key);
    }
  return ({ meter, endMs }) => known.has(`${meter}|${endMs}`);
}

function isSame(a: MeterUsage, b: MeterUsage): boolean {
  return a.micro === b.micro && qualityOfSum(a) === qualityOfSum(b);
}

function keyOf({ meter, startMs }: MeterUsage): string {
  return `${meter}|${startMs}`;
}

function idsOf(days: readonly MeterUsage[]): string[] {
  return [...new Set(days.map(({ meter }) => meter))];
}

function rangeOf(days: readonly MeterUsage[]): { fromMs: number; toMs: number } {
  let [fromMs, toMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { startMs, endMs } of days) {
    fromMs = Math.min(fromMs, startMs);
    toMs = Math.max(toMs, endMs);
  }
  return { fromMs, toMs };
}
