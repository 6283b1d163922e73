import type { CostDeps, Pricing } from './cost-inputs.ts';
import { costWith, type MediumCost } from './institution-cost.ts';

/**
 * What each medium has cost an institution in a calendar year, by the tariffs that held, with the fixed parts of its
 * months: as known when it is asked. `pricing` is read once for many institutions (loadPricing).
 */
export async function yearCost(
  deps: CostDeps,
  pricing: Pricing,
  institution: string,
  year: number,
): Promise<MediumCost[]> {
  const range = { fromMs: deps.zone.at(year, 1, 1), toMs: deps.zone.at(year + 1, 1, 1), step: '1mo' as const };
  return (await costWith(deps, pricing, institution, range)).totals;
}
