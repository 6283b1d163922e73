import { demoCity } from '../../../simulators/city.ts';
import type { CitySpec, MeterSpec } from '../../../simulators/city/spec.ts';

/**
 * The demonstration city with the meters of some institutions only, all of them registered and speaking the platform's
 * own JSON, for tests that need no more.
 */
export function partOfCity(...institutionIds: string[]): CitySpec {
  const city = demoCity();
  const meters = city.meters
    .filter(({ institutionId, simulation }) => institutionIds.includes(institutionId) && !simulation?.historyDays)
    .map(({ format: _format, ...meter }): MeterSpec => meter);
  return { ...city, meters, unregistered: [], strangers: [] };
}
