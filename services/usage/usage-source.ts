import { buildDeltas } from './build-deltas.ts';
import { buildIntervals } from './build-intervals.ts';
import { buildRates } from './build-rates.ts';
import type { BuiltUsage, IntervalInput } from './interval-input.ts';
import type { RegisterPlan } from './register-plan.ts';

/** What the usage of a meter is made of: the differences of its register, amounts, or a rate integrated. */
export type UsageSource = 'total' | 'delta' | 'rate';

/**
 * What the usage of a meter is made of, by which of the quantities it has ever had stored: its register before all
 * else; one that only people read is a register too. Undefined where there is nothing.
 */
export function usageSource(stored: ReadonlySet<string>, { given }: RegisterPlan): UsageSource | undefined {
  for (const metric of ['total', 'delta', 'rate'] as const) if (stored.has(metric)) return metric;
  return given === undefined ? undefined : 'total';
}

/** The base intervals of a meter by its source; see {@link buildIntervals}. */
export const USAGE_BUILDERS: Record<UsageSource, (input: IntervalInput) => BuiltUsage> = {
  total: buildIntervals,
  delta: buildDeltas,
  rate: buildRates,
};
