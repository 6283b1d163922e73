import { demoCity } from '../../../simulators/city.ts';
import type { CitySpec } from '../../../simulators/city/spec.ts';

/** The demonstration city with the meters of some institutions only, for tests that need no more. */
export function partOfCity(...institutionIds: string[]): CitySpec {
  const city = demoCity();
  return { ...city, meters: city.meters.filter(({ institutionId }) => institutionIds.includes(institutionId)) };
}
