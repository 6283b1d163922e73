import { MOST } from '../../domain/registry-bounds.ts';
import type { AttributeName } from '../api/schemas/institution.ts';
import type { Period } from './dated-periods.ts';

/** The dated figures of an institution, each by rising date. */
export type AttributePeriods = Partial<Record<AttributeName, readonly Period<number>[]>>;

const AREAS: ReadonlySet<string> = new Set(['areaM2', 'officeAreaM2']);

/**
 * Why the figures of an institution cannot be so, in a sentence that names figure and remedy: areas are above zero and
 * the office area (办公面积) is never above the floor area (建筑面积); people (用能人数, 编制人数) are whole numbers above
 * zero; none is above what the registry takes. Undefined where all is well.
 */
export function attributesProblem(attributes: AttributePeriods): string | undefined {
  for (const [name, periods] of Object.entries(attributes)) {
    for (const { value } of periods) {
      if (!(Number.isFinite(value) && value > 0)) {
        return AREAS.has(name) ? `${name}: an area must be above zero` : `${name}: people are counted from one`;
      }
      const most = AREAS.has(name) ? MOST.area : MOST.people;
      if (value > most) return `${name}: ${value} is more than the ${most} that the registry takes; check the unit`;
      if (!AREAS.has(name) && !Number.isInteger(value)) return `${name}: people are counted in whole numbers`;
    }
  }
  return officeAboveFloor(attributes);
}

function officeAboveFloor({ areaM2 = [], officeAreaM2 = [] }: AttributePeriods): string | undefined {
  for (const office of officeAreaM2) {
    for (const floor of areaM2) {
      const from = office.from > floor.from ? office.from : floor.from;
      const meet = (floor.to === null || from < floor.to) && (office.to === null || from < office.to);
      if (!meet || office.value <= floor.value) continue;
      return `officeAreaM2: ${office.value} m² from ${from} on are more than the floor area of ${floor.value} m²; correct one of the two`;
    }
  }
  return undefined;
}
