import { fromMicro } from '../../../domain/micro.ts';
import type { Quality } from '../../../domain/quality.ts';
import type { Zone } from '../../../domain/zone.ts';
import type { MeterUsage } from '../../../storage/series/port.ts';
import type { Effect } from '../../api/schemas/decision.ts';
import type { WhatIf } from '../../usage/what-if.ts';

/** The days and months of the meter itself that change, oldest first, and what they come to. */
export function meterPart({ before, after }: WhatIf, zone: Zone): Pick<Effect, 'days' | 'months' | 'total'> {
  const days = changedPeriods(before.day, after.day).map(({ startMs, endMs, old, next }) => ({
    start: zone.iso(startMs),
    end: zone.iso(endMs),
    before: amountOf(old),
    after: amountOf(next),
    qualityBefore: qualityOf(old),
    qualityAfter: qualityOf(next),
  }));
  const months = changedPeriods(before.month, after.month)
    .filter(({ old, next }) => amountOf(old) !== amountOf(next))
    .map(({ startMs, endMs, old, next }) => ({
      start: zone.iso(startMs),
      end: zone.iso(endMs),
      before: amountOf(old),
      after: amountOf(next),
    }));
  const periods = changedPeriods(before.day, after.day);
  const sum = (pick: (period: Period) => MeterUsage | undefined): number =>
    fromMicro(periods.reduce((all, period) => all + (pick(period)?.micro ?? 0n), 0n));
  return { days, months, total: { before: sum(({ old }) => old), after: sum(({ next }) => next) } };
}

interface Period {
  startMs: number;
  endMs: number;
  old: MeterUsage | undefined;
  next: MeterUsage | undefined;
}

function changedPeriods(before: ReadonlyMap<number, MeterUsage>, after: ReadonlyMap<number, MeterUsage>): Period[] {
  const starts = [...new Set([...before.keys(), ...after.keys()])].sort((a, b) => a - b);
  return starts.flatMap((startMs) => {
    const [old, next] = [before.get(startMs), after.get(startMs)];
    if (amountOf(old) === amountOf(next) && qualityOf(old) === qualityOf(next)) return [];
    return [{ startMs, endMs: (next ?? old)!.endMs, old, next }];
  });
}

function amountOf(sum: MeterUsage | undefined): number | null {
  return sum === undefined || qualityOf(sum) === 'missing' ? null : fromMicro(sum.micro);
}

function qualityOf(sum: MeterUsage | undefined): Quality {
  if (sum === undefined || sum.missingMs >= sum.endMs - sum.startMs) return 'missing';
  if (sum.estimatedMs > 0) return 'estimated';
  return sum.manualMs > 0 ? 'manual' : 'measured';
}
