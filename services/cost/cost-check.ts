import { PlatformError } from '../../domain/errors.ts';
import { MICRO } from '../../domain/micro.ts';
import type { SeriesStore } from '../../storage/series/port.ts';
import { usageMeters } from '../registry/usage-meters.ts';
import {
  compareRegisters,
  TARIFF_REGISTERS,
  type RegisterComparison,
  type TariffRegister,
} from './compare-registers.ts';
import type { CostDeps } from './cost-inputs.ts';
import { meterCost, type CostedMeter } from './meter-cost.ts';
import { registerAmount, type RegisterAmount } from './register-amount.ts';

/** So far before and behind the range readings are looked for that bound it. */
const REACH_MS = 2 * 86_400_000;
/** Registers count in hundredths; each end of a range may be one off. */
const RESOLUTION = 0.02;

/**
 * A meter's registers t1…t4 against its intervals by period, over a range on boundaries of hours. Fails with `not-found`
 * where the meter has no register that makes usage.
 */
export async function costCheck(
  deps: CostDeps & { series: SeriesStore },
  costed: CostedMeter,
  range: { fromMs: number; toMs: number },
): Promise<ReturnType<typeof compareRegisters>> {
  const { series, zone } = deps;
  const [meter] = await usageMeters(deps.db, { ids: [costed.id] });
  if (meter === undefined) {
    throw new PlatformError('not-found', `Meter ${costed.id} has no register that makes usage`);
  }
  const registers = new Map<TariffRegister, RegisterAmount>();
  for (const register of Object.keys(TARIFF_REGISTERS) as TariffRegister[]) {
    const [read] = await series.registers([meter.id], range.fromMs - REACH_MS, range.toMs + REACH_MS, register);
    if (read !== undefined) registers.set(register, registerAmount(meter, read, range, zone));
  }
  const { total, rows } = await meterCost(deps, costed, { ...range, step: '1h' });
  const multiplier = Math.max(1, ...meter.multipliers.map((one) => one.multiplier));
  const comparison: RegisterComparison = {
    registers,
    byPeriod: total.byPeriod,
    // Hours that were priced without regard to periods say nothing.
    intervalCoverage: sumOfMs(rows.map(({ cost }) => (cost.byPeriod === null ? 0 : cost.pricedMs))) / total.wholeMs,
    slackMicro: BigInt(Math.round(RESOLUTION * multiplier * MICRO)),
  };
  return compareRegisters(comparison);
}

function sumOfMs(all: readonly number[]): number {
  return all.reduce((sum, ms) => sum + ms, 0);
}
