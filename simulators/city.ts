import { DEFAULT_FAULTS } from './city/default-faults.ts';
import { PLUG_BINDINGS, plugMeters, unregisteredMeters, withFieldFormats } from './city/field-meters.ts';
import { INSTITUTION_PLANS } from './city/institutions.ts';
import { collectorOf, metersOf } from './city/meters.ts';
import { REGIONS } from './city/regions.ts';
import type { CitySpec, InstitutionSpec } from './city/spec.ts';

/**
 * Baotou as a demonstration: its ten 旗县区, twelve invented institutions, a collector for each, their meters and
 * what is wrong with some of them; most speak the platform's JSON, some what meters speak in the field. Plain data,
 * made anew by every call. The collector `demo` and its meter `demo-meter` are for trying things by hand: no fleet
 * speaks for them.
 */
export function demoCity(): CitySpec {
  return {
    regions: REGIONS.map((region) => ({ ...region })),
    institutions: INSTITUTION_PLANS.map((plan): InstitutionSpec => ({
      id: plan.id,
      name: plan.name,
      nameEn: plan.nameEn,
      type: plan.type,
      regionCode: plan.regionCode,
      reportsTo: plan.reportsTo,
      department: plan.department,
      areaM2: plan.areaM2,
      officeAreaM2: plan.officeAreaM2,
      headcount: plan.headcount,
      establishment: plan.establishment,
    })),
    collectors: [
      ...INSTITUTION_PLANS.map((plan) => ({ id: collectorOf(plan.id), name: `${plan.name}集中器` })),
      { id: 'demo', name: '演示集中器' },
    ],
    meters: [
      ...withFieldFormats(INSTITUTION_PLANS.flatMap(metersOf)),
      ...plugMeters(),
      {
        id: 'demo-meter',
        name: '演示电表',
        institutionId: 'city-library',
        collectorId: 'demo',
        medium: 'electricity',
        multiplier: 1,
        expectedIntervalS: 3600,
      },
    ],
    bindings: PLUG_BINDINGS.map((binding) => ({ ...binding })),
    unregistered: unregisteredMeters(),
    strangers: ['donghe-museum-dtu'],
    faults: DEFAULT_FAULTS.map((fault) => ({ ...fault })),
  };
}
