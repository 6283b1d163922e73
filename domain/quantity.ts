/** What a meter measures. Temperature points are meters too (design section 4). */
export const MEDIA = ['electricity', 'water', 'heat', 'temperature', 'gas', 'cooling'] as const;
export type Medium = (typeof MEDIA)[number];

/** The media whose registers become usage. */
export type UsageMedium = Exclude<Medium, 'temperature'>;
export const USAGE_MEDIA = ['electricity', 'water', 'heat', 'gas', 'cooling'] as const satisfies readonly UsageMedium[];

/** The quantities a reading may carry, each stored as a series of its own. The order is the stored code: append only. */
export const METRICS = [
  'total',
  'delta',
  'rate',
  'reverse',
  't1',
  't2',
  't3',
  't4',
  'volume',
  'temperature',
  'setpoint',
  'supply',
  'return',
  'voltage',
  'current',
  'powerFactor',
  // Registers: 组合 (combined), reverse by tariff, reactive by quadrant pair, cold energy of a heat meter, settlement day.
  'combined',
  'reverseT1',
  'reverseT2',
  'reverseT3',
  'reverseT4',
  'reactive1',
  'reactive2',
  'cooling',
  'settled',
  'demand',
  'flow',
  'hours',
  'frequency',
  'reactivePower',
  'apparentPower',
  'voltageA',
  'voltageB',
  'voltageC',
  'currentA',
  'currentB',
  'currentC',
  'powerA',
  'powerB',
  'powerC',
  'powerFactorA',
  'powerFactorB',
  'powerFactorC',
  'temperatureDifference',
  // Where the amount of a `delta` begins: epoch milliseconds.
  'deltaFrom',
] as const;
export type Metric = (typeof METRICS)[number];

/**
 * Registers beside `total` that a reading may carry under `registers`. All count in the reading's unit but `volume`
 * (m³) and the reactive ones (kvarh).
 */
export const REGISTER_METRICS = [
  'reverse',
  't1',
  't2',
  't3',
  't4',
  'combined',
  'reverseT1',
  'reverseT2',
  'reverseT3',
  'reverseT4',
  'cooling',
  'settled',
  'volume',
  'reactive1',
  'reactive2',
] as const satisfies readonly Metric[];
export type RegisterMetric = (typeof REGISTER_METRICS)[number];

/** The canonical unit in which the register and the usage of a medium are kept. */
export const CANONICAL_UNIT: Record<Medium, string> = {
  electricity: 'kWh',
  water: 'm3',
  heat: 'GJ',
  temperature: '°C',
  gas: 'm3',
  cooling: 'GJ',
};

const ENERGY_IN_KWH: Record<string, number> = { Wh: 0.001, kWh: 1, MWh: 1000 };
const ENERGY_IN_GJ: Record<string, number> = {
  Wh: 3.6e-6,
  kWh: 0.0036,
  MWh: 3.6,
  kJ: 1e-6,
  MJ: 0.001,
  GJ: 1,
};
const VOLUME_IN_M3: Record<string, number> = { L: 0.001, m3: 1, 'm³': 1 };

const FACTORS: Record<Medium, Record<string, number>> = {
  electricity: ENERGY_IN_KWH,
  water: VOLUME_IN_M3,
  heat: ENERGY_IN_GJ,
  temperature: { '°C': 1, C: 1 },
  gas: VOLUME_IN_M3,
  cooling: ENERGY_IN_GJ,
};

/** The factor from `unit` to the canonical unit of `medium`, or undefined where the unit does not fit the medium. */
export function unitFactor(medium: Medium, unit: string): number | undefined {
  return Object.hasOwn(FACTORS[medium], unit) ? FACTORS[medium][unit] : undefined;
}

/** The units in which a register of `medium` may count. */
export function unitsOf(medium: Medium): string[] {
  return Object.keys(FACTORS[medium]);
}
