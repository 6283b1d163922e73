import type { UsageMedium } from '../../domain/quantity.ts';
import type { FaultKind } from '../faults.ts';
import { createDays, type Days } from '../load/days.ts';
import { CHINA_OFFSET_MS, dayIndexOf } from '../load/local-days.ts';
import { createMeterLoad } from '../load/meter-load.ts';
import { noiseAt, seedOf } from '../load/seeded.ts';
import type { CitySpec, MeterSpec, QuotaSpec } from './spec.ts';

const MEDIA = ['electricity', 'water', 'heat'] as const satisfies readonly UsageMedium[];
/** Faults that raise the use of a medium. */
const MEDIUM_FAULTS: Record<(typeof MEDIA)[number], readonly FaultKind[]> = {
  electricity: ['quota-breach', 'standby'],
  water: ['leak'],
  heat: ['thermostat'],
};
/** A month without any need (heat in summer) keeps this part of the year's limit. */
const LEAST_SHARE = 0.004;

/**
 * Quotas that a well-run institution uses to 70–78 % in every month and year: the load without faults over that
 * share, month by month, so that the limits follow the season. An institution with the fault `quota-breach` gets the
 * tightest, one whose use another fault raises the widest.
 */
export function demoQuotas(city: CitySpec, years: readonly number[], seed = 1): QuotaSpec[] {
  const days = createDays(seed);
  const quotas: QuotaSpec[] = [];
  for (const { id: institutionId } of city.institutions)
    for (const medium of MEDIA) {
      const meters = city.meters.filter(
        (meter) => meter.institutionId === institutionId && meter.medium === medium && meter.simulation?.load,
      );
      if (meters.length === 0) continue;
      const share = shareOf(city, institutionId, medium, seed);
      for (const year of years) quotas.push(quotaOf(institutionId, medium, year, share, meters, days, seed));
    }
  return quotas;
}

function shareOf(city: CitySpec, institutionId: string, medium: (typeof MEDIA)[number], seed: number): number {
  const kinds = MEDIUM_FAULTS[medium];
  const fault = city.faults.find(({ kind, ...of }) => of.institutionId === institutionId && kinds.includes(kind));
  if (fault !== undefined) return fault.kind === 'quota-breach' ? 0.78 : 0.7;
  return 0.74 + 0.025 * noiseAt(seedOf(`${institutionId} ${medium}`, seed), 0);
}

function quotaOf(
  institutionId: string,
  medium: (typeof MEDIA)[number],
  year: number,
  share: number,
  meters: readonly MeterSpec[],
  days: Days,
  seed: number,
): QuotaSpec {
  const months = monthlyUse(meters, year, days, seed);
  const total = months.reduce((sum, amount) => sum + amount, 0);
  const wobble = seedOf(`${institutionId} ${medium} ${year}`, seed);
  const monthLimits = months.map((amount, index) =>
    Math.max(1, Math.round(Math.max(amount / (share * (1 + 0.02 * noiseAt(wobble, index))), total * LEAST_SHARE))),
  );
  return {
    institutionId,
    medium,
    year,
    annualLimit: monthLimits.reduce((sum, limit) => sum + limit, 0),
    monthLimits,
  };
}

/** Use of a year by month without faults, canonical units. A main's load is what its sub-meters leave: all add up. */
function monthlyUse(meters: readonly MeterSpec[], year: number, days: Days, seed: number): number[] {
  const loads = meters.map((meter) => createMeterLoad(meter, days, seed, []));
  const months = Array.from({ length: 12 }, () => 0);
  const first = dayIndexOf(Date.UTC(year, 0, 1) - CHINA_OFFSET_MS);
  const end = dayIndexOf(Date.UTC(year + 1, 0, 1) - CHINA_OFFSET_MS);
  for (let index = first; index < end; index++) {
    const month = days.of(index).month - 1;
    for (const load of loads) for (const micro of load.quartersOf(index)) months[month]! += micro / 1e6;
  }
  return months;
}
