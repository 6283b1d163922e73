import { createCityModel } from '../../simulators/load/city-model.ts';
import type { InstitutionSpec, LoadSpec, MeterSpec, BindingSpec, CitySpec } from '../../simulators/city/spec.ts';

/** The collectors of the mixed city, each with a way of speaking of its own. */
const COLLECTORS = ['dtu-645', 'dtu-1997', 'dtu-188', 'dtu-mbus', 'dtu-all', 'edge-1', 'json-1', 'plugs-1'];

type Row = Pick<MeterSpec, 'id' | 'collectorId' | 'medium' | 'format' | 'address'> & {
  annual: number;
  resolution?: number;
  unit?: string;
  multiplier?: number;
  everyS?: number;
  /** Its register passes its modulus in the middle of the month. */
  rollsOver?: boolean;
  simulation?: MeterSpec['simulation'];
};

const QUARTER_S = 900;
const ENERGY_MODULUS = 1_000_000;
const OPENING = 1234.5;

/**
 * A city whose meters speak every format at once: registers in several units and resolutions, multipliers, rollovers,
 * one address at two collectors, and frames of several protocols behind one collector. Some registers roll over at
 * `rolloverMs`.
 */
export function mixedCity(rolloverMs: number): CitySpec {
  const city = plainCity();
  for (const { spec, valueAt } of createCityModel(city)) {
    if (ROWS.find(({ id }) => id === spec.id)?.rollsOver !== true) continue;
    const meter = city.meters.find(({ id }) => id === spec.id)!;
    meter.simulation!.openingRegister = OPENING + ENERGY_MODULUS - valueAt(rolloverMs);
  }
  return city;
}

function plainCity(): CitySpec {
  return {
    regions: [],
    institutions: [INSTITUTION],
    collectors: COLLECTORS.map((id) => ({ id, name: id })),
    meters: ROWS.map(meterOf),
    bindings: BINDINGS.map((binding) => ({ ...binding })),
    unregistered: [],
    strangers: [],
    faults: [],
  };
}

const INSTITUTION: InstitutionSpec = {
  id: 'mixed-office',
  name: '昆都仑区综合办公中心',
  nameEn: 'Kundulun District Office',
  type: 'agency',
  regionCode: '150203',
  reportsTo: '150203',
  department: '昆都仑区机关事务服务中心',
  areaM2: 15_200,
  officeAreaM2: 10_400,
  headcount: 468,
  establishment: 402,
};

const BINDINGS: readonly BindingSpec[] = [
  { id: 'mixed-shelly', collectorId: 'plugs-1', topic: '{address}/events/rpc', format: 'shelly-gen2' },
  { id: 'mixed-shelly-state', collectorId: 'plugs-1', topic: '{address}/status/+', format: 'shelly-gen2' },
  { id: 'mixed-tasmota', collectorId: 'plugs-1', topic: 'tele/{address}/SENSOR', format: 'tasmota' },
  { id: 'mixed-zigbee', collectorId: 'plugs-1', topic: 'zigbee2mqtt/{address}', format: 'zigbee2mqtt' },
  { id: 'mixed-acrel', collectorId: 'plugs-1', topic: '/gw/acrelHW/{product}/data/{gateway}', format: 'acrel' },
];

const ROWS: readonly Row[] = [
  // DL/T 645-2007
  { ...electricity('dtu-645', 'dlt645-2007', '150203000001'), annual: 420_000, multiplier: 40, everyS: QUARTER_S },
  { ...electricity('dtu-645', 'dlt645-2007', '150203000002'), annual: 180_000, rollsOver: true },
  { ...electricity('dtu-645', 'dlt645-2007', '000000000161'), annual: 90_000, everyS: QUARTER_S },
  { ...electricity('dtu-645', 'dlt645-2007', '150203000004'), annual: 60_000 },
  { ...electricity('dtu-645', 'dlt645-2007', '150203000005'), annual: 700_000, multiplier: 80, everyS: QUARTER_S },
  { ...electricity('dtu-645', 'dlt645-2007', '999999999999'), annual: 30_000 },
  // DL/T 645-1997
  { ...electricity('dtu-1997', 'dlt645-1997', '201708176934'), annual: 120_000, everyS: QUARTER_S },
  { ...electricity('dtu-1997', 'dlt645-1997', '201708176935'), annual: 80_000, rollsOver: true },
  // CJ/T 188, dialect by dialect
  { ...water('10', '78330000000010'), annual: 5_000, everyS: QUARTER_S },
  {
    ...water('10-turned', '78330000000011'),
    annual: 9_000,
    simulation: { dialect: { identifier: '1F90', unit: 'after' } },
  },
  {
    ...water('10-before', '78330000000012'),
    annual: 1_200,
    simulation: { dialect: { identifier: '901F', unit: 'before' } },
  },
  { ...water('10-clock', '42590008210438'), annual: 700, simulation: { clockReversed: true } },
  { ...heat('20-gj', '15020300000020'), annual: 6_000, unit: 'GJ', everyS: QUARTER_S },
  { ...heat('20-kwh', '15020300000021'), annual: 900, unit: 'kWh', rollsOver: true },
  { ...heat('20-mwh', '15020300000022'), annual: 9_000, unit: 'MWh' },
  {
    ...heat('20-before', '42590008210439'),
    annual: 2_500,
    unit: 'GJ',
    simulation: { dialect: { identifier: '1F90', unit: 'before' } },
  },
  // M-Bus
  { ...mbus('heat', '02205100'), annual: 5_200, resolution: 0.001, everyS: QUARTER_S },
  { ...mbus('water', '06855817'), annual: 4_100, resolution: 0.001 },
  { ...mbus('electricity', '12345678'), annual: 55_000, resolution: 0.01 },
  // Several protocols on one line, one of the addresses at another collector too.
  { ...electricity('dtu-all', 'dlt645-2007', '150203000001'), annual: 33_000 },
  { ...electricity('dtu-all', 'dlt645-1997', '201708176999'), annual: 21_000 },
  { ...water('all', '78330000000099'), collectorId: 'dtu-all', annual: 800 },
  { ...mbus('heat', '02205199'), id: 'all-mbus-heat', collectorId: 'dtu-all', annual: 1_100, resolution: 0.001 },
  // Sparkplug B
  { ...sparkplug('spark-main', 'electricity'), annual: 210_000, multiplier: 30, everyS: QUARTER_S },
  { ...sparkplug('spark-lights', 'electricity'), annual: 66_000 },
  { ...sparkplug('spark-water', 'water'), annual: 2_000, resolution: 0.001 },
  { ...sparkplug('spark-heat', 'heat'), annual: 3_000, resolution: 0.001 },
  // The platform's own JSON
  { ...native('json-main', 'electricity'), annual: 500_000, multiplier: 60, rollsOver: true, everyS: QUARTER_S },
  { ...native('json-lift', 'electricity'), annual: 24_000 },
  { ...native('json-water', 'water'), annual: 3_300, resolution: 0.001 },
  { ...native('json-heat', 'heat'), annual: 4_400, resolution: 0.001, unit: 'GJ' },
  // JSON of other systems
  { ...plug('shelly-gen2', 'shellyproem50-1/0'), annual: 9_000 },
  { ...plug('shelly-gen2', 'shellyproem50-1/1'), annual: 4_000 },
  { ...plug('tasmota', 'kettle-1'), annual: 2_000, resolution: 0.001 },
  { ...plug('tasmota', 'kettle-2'), annual: 1_000, resolution: 0.001 },
  { ...plug('zigbee2mqtt', 'copier'), annual: 700 },
  { ...plug('acrel', '12209263660002'), annual: 61_000 },
];

function electricity(collectorId: string, format: 'dlt645-2007' | 'dlt645-1997', address: string) {
  return { id: `${collectorId}-${address}`, collectorId, medium: 'electricity', format, address } as const;
}

function water(name: string, address: string) {
  return { id: `cjt188-water-${name}`, collectorId: 'dtu-188', medium: 'water', format: 'cjt188', address } as const;
}

function heat(name: string, address: string) {
  return { id: `cjt188-heat-${name}`, collectorId: 'dtu-188', medium: 'heat', format: 'cjt188', address } as const;
}

function mbus(medium: 'heat' | 'water' | 'electricity', address: string) {
  return { id: `mbus-${medium}`, collectorId: 'dtu-mbus', medium, format: 'mbus', address } as const;
}

function sparkplug(id: string, medium: 'heat' | 'water' | 'electricity') {
  return { id, collectorId: 'edge-1', medium, format: 'sparkplug-b', address: id } as const;
}

function native(id: string, medium: 'heat' | 'water' | 'electricity') {
  return { id, collectorId: 'json-1', medium };
}

function plug(format: 'shelly-gen2' | 'tasmota' | 'zigbee2mqtt' | 'acrel', address: string) {
  const id = `${format}-${address.replaceAll(/\W/g, '-')}`;
  return { id, collectorId: 'plugs-1', medium: 'electricity', format, address } as const;
}

function meterOf(row: Row): MeterSpec {
  const { annual, resolution = 0.01, unit, multiplier = 1, everyS = 3600, rollsOver: _, simulation, ...spec } = row;
  return {
    ...spec,
    name: row.id,
    institutionId: INSTITUTION.id,
    ...(unit !== undefined && { registerUnit: unit }),
    multiplier,
    registerModulus: ENERGY_MODULUS,
    // Thirty times the mean of a year, in register units, is above every load and far below a jump.
    ratedMaximum: Math.max(1, Math.ceil((annual / 8760 / multiplier / inUnit(unit)) * 30)),
    expectedIntervalS: everyS,
    simulation: { ...simulation, load: loadOf(row.medium, annual), resolution, openingRegister: OPENING },
  };
}

/** GJ of the units in which heat registers count. */
function inUnit(unit: string | undefined): number {
  return unit === 'kWh' ? 0.0036 : unit === 'MWh' ? 3.6 : 1;
}

function loadOf(medium: MeterSpec['medium'], annual: number): LoadSpec {
  const use = medium === 'water' ? 'water' : medium === 'heat' ? 'heat' : 'general';
  return { use, building: 'office', profile: 'b8', annual };
}
