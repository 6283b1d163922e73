/** Quantities that count in the same units. */
export type UnitKind =
  | 'register'
  | 'volume'
  | 'rate'
  | 'flow'
  | 'power'
  | 'temperature'
  | 'difference'
  | 'voltage'
  | 'current'
  | 'reactivePower'
  | 'apparentPower'
  | 'frequency'
  | 'hours'
  | 'ratio';

type Factors = Record<string, number>;

const POWER_KW: Factors = { W: 1e-3, w: 1e-3, kW: 1, kw: 1, KW: 1, MW: 1e3 };
const VOLUME_M3: Factors = { L: 1e-3, l: 1e-3, m3: 1, M3: 1, 'm³': 1, 'm^3': 1, 立方米: 1, 吨: 1, 升: 1e-3 };
const FLOW_M3_PER_HOUR: Factors = {
  'm3/h': 1,
  'm³/h': 1,
  'm^3/h': 1,
  'L/h': 1e-3,
  'l/h': 1e-3,
  'L/min': 0.06,
  'l/min': 0.06,
  'L/s': 3.6,
  'l/s': 3.6,
  'm3/s': 3600,
  'm³/s': 3600,
  'm3/min': 60,
  'm³/min': 60,
};

const CELSIUS: Factors = { '°C': 1, C: 1, c: 1, degC: 1, '℃': 1 };

/** What a unit has to be multiplied by for what the platform's JSON counts in: kW, m³/h, °C, V, A, kvar, kVA, Hz, h. */
const FACTORS: Partial<Record<UnitKind, Factors>> = {
  volume: VOLUME_M3,
  rate: { ...POWER_KW, ...FLOW_M3_PER_HOUR },
  flow: FLOW_M3_PER_HOUR,
  power: POWER_KW,
  temperature: CELSIUS,
  difference: { ...CELSIUS, K: 1, k: 1 },
  voltage: { V: 1, v: 1, kV: 1e3, mV: 1e-3 },
  current: { A: 1, a: 1, kA: 1e3, mA: 1e-3 },
  reactivePower: { var: 1e-3, VAR: 1e-3, Var: 1e-3, kvar: 1, kVAR: 1, kVar: 1, Mvar: 1e3 },
  apparentPower: { VA: 1e-3, va: 1e-3, kVA: 1, kva: 1, MVA: 1e3 },
  frequency: { Hz: 1, hz: 1, HZ: 1 },
  hours: { h: 1, H: 1, hours: 1, min: 1 / 60, s: 1 / 3600, d: 24 },
  ratio: { '': 1, '1': 1, '%': 0.01, pu: 1 },
};

/** Registers keep their unit, spelled as domain/quantity.ts knows it. */
const REGISTER_UNITS: Record<string, string> = {
  wh: 'Wh',
  kwh: 'kWh',
  mwh: 'MWh',
  kj: 'kJ',
  mj: 'MJ',
  gj: 'GJ',
  l: 'L',
  m3: 'm3',
  'm³': 'm3',
  'm^3': 'm3',
  立方米: 'm3',
  吨: 'm3',
  升: 'L',
  度: 'kWh',
  千瓦时: 'kWh',
};

/** The factor from `unit`, or undefined where it is no unit of that kind. */
export function factorOfUnit(kind: UnitKind, unit: string): number | undefined {
  const factors = FACTORS[kind];
  return factors !== undefined && Object.hasOwn(factors, unit) ? factors[unit] : undefined;
}

/** How the platform spells a register's unit; the text itself where it has none like it. */
export function registerUnit(unit: string): string {
  const key = unit.toLowerCase();
  return Object.hasOwn(REGISTER_UNITS, key) ? REGISTER_UNITS[key]! : unit;
}
