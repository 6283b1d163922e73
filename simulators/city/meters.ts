import { SUB_ITEMS, type SubItem } from '../../domain/sub-item.ts';
import type { InstitutionPlan, RoomPlan } from './institutions.ts';
import type { LoadSpec, LoadUse, MeterSpec } from './spec.ts';

const EXPECTED_INTERVAL_S = 3600;
const ENERGY_MODULUS = 1_000_000;
/** An old meter with five digits before the point. */
const FIVE_DIGITS: ReadonlySet<string> = new Set(['kundulun-school-1-e-A1']);

/** What a sub-item draws its load for, and its usual part of a building's electricity. */
const SUB_ITEM_LOADS: Partial<Record<SubItem, { use: LoadUse; share: number }>> = {
  A1: { use: 'lighting', share: 0.33 },
  B1: { use: 'plant', share: 0.17 },
  B2: { use: 'air-conditioning', share: 0.15 },
  C1: { use: 'lift', share: 0.06 },
  C2: { use: 'pump', share: 0.07 },
  D1: { use: 'server-room', share: 0.1 },
  D2: { use: 'canteen', share: 0.03 },
  D3: { use: 'canteen', share: 0.08 },
};

/** Loads that draw most of a year's energy in one season. */
const SEASONAL: ReadonlySet<LoadUse> = new Set(['air-conditioning', 'plant']);

/** The meters of an institution: main and sub-meters of electricity, water, heat, temperature points. */
export function metersOf(plan: InstitutionPlan): MeterSpec[] {
  return [...electricityMeters(plan), waterMeter(plan), heatMeter(plan), ...plan.rooms.flatMap(roomPoints(plan))];
}

/** The collector that an institution's meters speak through. */
export function collectorOf(institutionId: string): string {
  return `${institutionId}-dtu`;
}

function electricityMeters(plan: InstitutionPlan): MeterSpec[] {
  const annualKwh = plan.electricityKwhM2 * plan.areaM2;
  const parentId = `${plan.id}-e-main`;
  const subs = plan.subItems.map((subItem): MeterSpec => {
    const { use, share } = SUB_ITEM_LOADS[subItem]!;
    const id = `${plan.id}-e-${subItem}`;
    return {
      ...meter(plan, id, `${SUB_ITEMS[subItem].zh}分表`, 'electricity'),
      subItem,
      parentId,
      registerModulus: FIVE_DIGITS.has(id) ? 100_000 : ENERGY_MODULUS,
      ratedMaximum: ratedMaximum(annualKwh * share, SEASONAL.has(use) ? 60 : 15),
      simulation: { load: load(plan, use, annualKwh * share), resolution: 0.01, openingRegister: opening(id) },
    };
  });
  const metered = plan.subItems.reduce((sum, subItem) => sum + SUB_ITEM_LOADS[subItem]!.share, 0);
  const main: MeterSpec = {
    ...meter(plan, parentId, '低压总进线电表', 'electricity'),
    multiplier: plan.mainMultiplier,
    registerModulus: ENERGY_MODULUS,
    ratedMaximum: ratedMaximum(annualKwh / plan.mainMultiplier),
    simulation: {
      load: load(plan, 'general', annualKwh * (1 - metered)),
      resolution: 0.01,
      openingRegister: opening(parentId),
    },
  };
  return [main, ...subs];
}

function waterMeter(plan: InstitutionPlan): MeterSpec {
  const id = `${plan.id}-water`;
  return {
    ...meter(plan, id, '生活用水总表', 'water'),
    registerModulus: 1_000_000,
    ratedMaximum: ratedMaximum(plan.waterM3),
    simulation: { load: load(plan, 'water', plan.waterM3), resolution: 0.001, openingRegister: opening(id) },
  };
}

function heatMeter(plan: InstitutionPlan): MeterSpec {
  const id = `${plan.id}-heat`;
  const annualGj = plan.heatGjM2 * plan.areaM2;
  const inKwh = plan.heatUnit === 'kWh';
  return {
    ...meter(plan, id, '热力入口热量表', 'heat'),
    registerUnit: plan.heatUnit,
    registerModulus: inKwh ? 100_000_000 : 1_000_000,
    ratedMaximum: ratedMaximum(inKwh ? annualGj / 0.0036 : annualGj),
    simulation: {
      load: load(plan, 'heat', annualGj),
      resolution: inKwh ? 1 : 0.001,
      openingRegister: opening(id),
    },
  };
}

function roomPoints(plan: InstitutionPlan): (room: RoomPlan, index: number) => MeterSpec[] {
  return (room, index) => {
    const point = (suffix: string, name: string, measures: 'room' | 'setpoint'): MeterSpec => ({
      ...meter(plan, `${plan.id}-${suffix}-${index + 1}`, name, 'temperature'),
      measures,
      zoneKind: room.zoneKind,
      simulation: {},
    });
    const points = [point('room', `${room.name}室温`, 'room')];
    if (room.setpoint) points.push(point('setpoint', `${room.name}温控器设定`, 'setpoint'));
    return points;
  };
}

function meter(
  plan: InstitutionPlan,
  id: string,
  name: string,
  medium: MeterSpec['medium'],
): Pick<MeterSpec, 'id' | 'name' | 'institutionId' | 'collectorId' | 'medium' | 'multiplier' | 'expectedIntervalS'> {
  return {
    id,
    name,
    institutionId: plan.id,
    collectorId: collectorOf(plan.id),
    medium,
    multiplier: 1,
    expectedIntervalS: EXPECTED_INTERVAL_S,
  };
}

function load(plan: InstitutionPlan, use: LoadUse, annual: number): LoadSpec {
  return { use, building: plan.building, profile: plan.profile, annual: Math.round(annual) };
}

/** A multiple of the mean flow of a year, in two digits: above every load, far below a jump of the register. */
function ratedMaximum(annual: number, times = 15): number {
  const wanted = Math.max(1, (annual / 8760) * times);
  const step = 10 ** Math.max(0, Math.floor(Math.log10(wanted)) - 1);
  return Math.ceil(wanted / step) * step;
}

/** Meters are not new when the platform comes: some thousands stand on the register already. */
function opening(id: string): number {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.charCodeAt(0)) % 9_973;
  return sum;
}
