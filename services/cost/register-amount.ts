import { QUALITY_CODE } from '../../domain/quality.ts';
import type { Zone } from '../../domain/zone.ts';
import type { RegisterSeries } from '../../storage/series/port.ts';
import { newAccount } from '../usage/account-state.ts';
import { buildIntervals } from '../usage/build-intervals.ts';
import { isPartial, qualityOf } from '../usage/interval-code.ts';
import type { UsageMeter } from '../usage/meter-config.ts';
import { readingsThatCount } from '../usage/readings-that-count.ts';
import { registerPlan, type RegisterPlan } from '../usage/register-plan.ts';

const HOUR_MS = 3_600_000;

/** What a register counted over a range: its difference × the multiplier, as far as it is known. */
export interface RegisterAmount {
  micro: bigint;
  /** Share of the range that is known, 0 to 1. */
  coverage: number;
}

/**
 * What a register beside the total one counted over [fromMs, toMs), on boundaries of hours, by the rules of register
 * accounting: rollover, multiplier, outliers. Of a replacement nobody notes these registers, so that from the last
 * reading of one meter to the first of the next nothing is known. `series` holds its readings from some time before the
 * range to some time behind it.
 */
export function registerAmount(
  meter: UsageMeter,
  series: Pick<RegisterSeries, 'times' | 'values'>,
  { fromMs, toMs }: { fromMs: number; toMs: number },
  zone: Zone,
): RegisterAmount {
  const first = series.times[0] ?? fromMs;
  // As many whole hours before the range as its readings ask for.
  const startMs = fromMs - Math.max(0, Math.ceil((fromMs - first) / HOUR_MS)) * HOUR_MS;
  const plan = planBeside(registerPlan(meter, zone));
  const built = buildIntervals({
    meter: meter.id,
    fromMs: startMs,
    stepMs: HOUR_MS,
    expectedMs: meter.expectedIntervalS * 1000,
    plan,
    state: newAccount(),
    readings: readingsThatCount(series, plan, false),
  });
  let micro = 0n;
  let known = 0;
  for (const [index, start] of built.starts.entries()) {
    const code = built.qualities[index]!;
    if (start < fromMs || start >= toMs || qualityOf(code) === QUALITY_CODE.missing) continue;
    micro += built.values[index]!;
    if (!isPartial(code)) known += HOUR_MS;
  }
  return { micro, coverage: known / (toMs - fromMs) };
}

/** The plan of the meter for a register whose closing and opening nobody noted, and that no manual reading gives. */
function planBeside({ rules, changes, installedMs, removedMs, leftOut, believed }: RegisterPlan): RegisterPlan {
  return {
    rules,
    ...(changes && { changes: changes.map((one) => ({ ...one, closing: undefined, opening: undefined })) }),
    ...(installedMs === undefined ? {} : { installedMs }),
    ...(removedMs === undefined ? {} : { removedMs }),
    ...(leftOut && { leftOut }),
    ...(believed && { believed }),
  };
}
