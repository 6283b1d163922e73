/** The temperatures from which degree-days count, °C: HEATING_BASE_C and COOLING_BASE_C. */
export interface DegreeDayBases {
  heatingC: number;
  coolingC: number;
}

/** Bases where none are set: 18 °C for heating, 26 °C for cooling. */
export const DEFAULT_BASES: DegreeDayBases = { heatingC: 18, coolingC: 26 };

/** The degree-days of a day by its mean outdoor temperature, K·d: how far it lies below, or above, the base. */
export function degreeDaysOf(kind: 'heating' | 'cooling', meanC: number, bases: DegreeDayBases): number {
  return kind === 'heating' ? Math.max(0, bases.heatingC - meanC) : Math.max(0, meanC - bases.coolingC);
}
