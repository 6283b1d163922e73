import { isRegister } from '../../../domain/field-mapping.ts';
import type { Metric as Quantity } from '../../../domain/quantity.ts';
import type { UnitKind } from './unit-factors.ts';

/** What the last level of a metric's name says. */
export interface NamedQuantity {
  quantity: Quantity;
  unitKind: UnitKind;
  /** A register beside the total. */
  isRegister: boolean;
  /** The unit that the name ends in, e.g. `energy_wh`. */
  unit?: string;
}

/** Names without case, spaces, `_`, `-` and `.`. */
const NAMES: Partial<Record<Quantity, string>> = {
  total:
    'total energy activeenergy totalenergy totalactiveenergy energytotal importenergy energyimport activeenergyimport ' +
    'importactiveenergy forwardenergy forwardactiveenergy positiveactiveenergy consumption kwh wh mwh gj epi ep ' +
    'heat heatenergy m3 正向有功总电能 电能 累计热量 累计流量 用电量 用水量',
  volume: 'volume totalvolume volumetotal',
  reverse:
    'reverse reverseenergy reverseactiveenergy exportenergy energyexport activeenergyexport exportactiveenergy ' +
    'negativeactiveenergy epe',
  combined: 'combined combinedenergy 组合有功总电能',
  cooling: 'cooling coolingenergy coldenergy 累计冷量',
  settled: 'settled',
  t1: 't1 energyt1 tariff1 energytariff1 尖',
  t2: 't2 energyt2 tariff2 energytariff2 峰',
  t3: 't3 energyt3 tariff3 energytariff3 平',
  t4: 't4 energyt4 tariff4 energytariff4 谷',
  rate: 'rate power activepower totalpower totalactivepower activepowertotal kw w p 有功功率 功率',
  flow: 'flow flowrate volumeflow 瞬时流量',
  demand: 'demand maxdemand maximumdemand',
  powerA: 'powera powerl1 activepowera activepowerl1 pa',
  powerB: 'powerb powerl2 activepowerb activepowerl2 pb',
  powerC: 'powerc powerl3 activepowerc activepowerl3 pc',
  reactivePower: 'reactivepower q kvar',
  apparentPower: 'apparentpower kva',
  temperature: 'temperature temp roomtemperature roomtemp 室温 温度',
  setpoint: 'setpoint temperaturesetpoint settemperature settemp 设定温度',
  supply: 'supply supplytemperature supplytemp flowtemperature flowtemp inlettemperature inlettemp 供水温度',
  return: 'return returntemperature returntemp outlettemperature outlettemp 回水温度',
  temperatureDifference: 'temperaturedifference deltat difftemperature 温差',
  voltage: 'voltage u 电压',
  voltageA: 'voltagea voltagel1 voltagel1n ua ul1',
  voltageB: 'voltageb voltagel2 voltagel2n ub ul2',
  voltageC: 'voltagec voltagel3 voltagel3n uc ul3',
  current: 'current i 电流',
  currentA: 'currenta currentl1 ia il1',
  currentB: 'currentb currentl2 ib il2',
  currentC: 'currentc currentl3 ic il3',
  powerFactor: 'powerfactor pf cosphi 功率因数',
  powerFactorA: 'powerfactora powerfactorl1 pfa',
  powerFactorB: 'powerfactorb powerfactorl2 pfb',
  powerFactorC: 'powerfactorc powerfactorl3 pfc',
  frequency: 'frequency freq hz',
  hours: 'hours operatinghours operatingtime runtime',
};

const UNIT_KINDS: Partial<Record<Quantity, UnitKind>> = {
  volume: 'volume',
  rate: 'rate',
  flow: 'flow',
  demand: 'power',
  powerA: 'power',
  powerB: 'power',
  powerC: 'power',
  reactivePower: 'reactivePower',
  apparentPower: 'apparentPower',
  temperature: 'temperature',
  setpoint: 'temperature',
  supply: 'temperature',
  return: 'temperature',
  temperatureDifference: 'difference',
  voltage: 'voltage',
  voltageA: 'voltage',
  voltageB: 'voltage',
  voltageC: 'voltage',
  current: 'current',
  currentA: 'current',
  currentB: 'current',
  currentC: 'current',
  powerFactor: 'ratio',
  powerFactorA: 'ratio',
  powerFactorB: 'ratio',
  powerFactorC: 'ratio',
  frequency: 'frequency',
  hours: 'hours',
};

/** Names that are units themselves, and endings that tell one. */
const ENDINGS: Record<string, string> = {
  wh: 'Wh',
  kwh: 'kWh',
  mwh: 'MWh',
  kj: 'kJ',
  mj: 'MJ',
  gj: 'GJ',
  l: 'L',
  m3: 'm3',
  w: 'W',
  kw: 'kW',
  v: 'V',
  a: 'A',
  hz: 'Hz',
  var: 'var',
  kvar: 'kvar',
  va: 'VA',
  kva: 'kVA',
  c: '°C',
  k: 'K',
  h: 'h',
  m3h: 'm3/h',
  lh: 'L/h',
};

const BY_NAME = new Map<string, Quantity>(
  Object.entries(NAMES).flatMap(([quantity, names]) => names.split(' ').map((name) => [name, quantity as Quantity])),
);

/** What the last level of a metric's name stands for, by a table of well-known names; undefined: nothing known. */
export function quantityNamed(level: string): NamedQuantity | undefined {
  const plain = plainName(level);
  const quantity = BY_NAME.get(plain);
  if (quantity !== undefined) return named(quantity, ENDINGS[plain]);
  const ending = /^(.*\S)[\s_.-]+\(?([A-Za-z0-9]{1,4}(?:\/h)?)\)?$/.exec(level);
  if (ending === null) return undefined;
  const unit = plainName(ending[2]!.replace('/', ''));
  const stem = BY_NAME.get(plainName(ending[1]!));
  return stem === undefined || !Object.hasOwn(ENDINGS, unit) ? undefined : named(stem, ENDINGS[unit]);
}

function plainName(text: string): string {
  return text.toLowerCase().replaceAll(/[\s_.()-]+/g, '');
}

function named(quantity: Quantity, unit: string | undefined): NamedQuantity {
  const unitKind = UNIT_KINDS[quantity] ?? 'register';
  return { quantity, unitKind, isRegister: isRegister(quantity), unit };
}
