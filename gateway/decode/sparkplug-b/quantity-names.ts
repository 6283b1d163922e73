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

/** Names without case, spaces, `_`, `-` and `.`; those of phases below. */
const NAMES: Partial<Record<Quantity, string>> = {
  total:
    'total energy activeenergy totalenergy totalactiveenergy energytotal activeenergytotal kwh wh mwh gj epi ep ' +
    'import imported importenergy energyimport activeenergyimport importactiveenergy energyimported importedenergy ' +
    'activeenergyimported importedactiveenergy totalenergyimport totalimportenergy energyimporttotal ' +
    'totalactiveenergyimport totalimportactiveenergy activeenergyimporttotal activeenergytotalimport ' +
    'energydelivered activeenergydelivered forwardenergy forwardactiveenergy totalforwardactiveenergy ' +
    'positiveactiveenergy totalpositiveactiveenergy cumulativeenergy energycumulative accumulatedenergy ' +
    'consumption energyconsumption totalconsumption cumulativeconsumption waterconsumption meterreading ' +
    'heat heatenergy thermalenergy totalheat totalheatenergy m3 正向有功总电能 正向有功电能 正向有功 有功总电能 有功电能 电能 ' +
    '总电能 累计热量 累积热量 总热量 累计流量 累积流量 用电量 累计用电量 总用电量 累计电量 总电量 用水量 累计用水量 累积用水量 总用水量',
  volume: 'volume totalvolume volumetotal',
  reverse:
    'reverse export exported reverseenergy reverseactiveenergy exportenergy energyexport activeenergyexport ' +
    'exportactiveenergy energyexported exportedenergy activeenergyexported exportedactiveenergy totalenergyexport ' +
    'totalexportenergy energyexporttotal totalactiveenergyexport totalexportactiveenergy activeenergyexporttotal ' +
    'activeenergytotalexport energyreceived activeenergyreceived energyreturned returnedenergy activeenergyreturned ' +
    'negativeactiveenergy totalreverseactiveenergy totalnegativeactiveenergy epe 反向有功总电能 反向有功电能 反向有功',
  combined: 'combined combinedenergy 组合有功总电能 组合有功电能',
  cooling: 'cooling coolingenergy coldenergy 累计冷量 累积冷量',
  settled: 'settled',
  t1: 't1 energyt1 tariff1 energytariff1 尖 尖电能',
  t2: 't2 energyt2 tariff2 energytariff2 峰 峰电能',
  t3: 't3 energyt3 tariff3 energytariff3 平 平电能',
  t4: 't4 energyt4 tariff4 energytariff4 谷 谷电能',
  rate:
    'rate power activepower realpower totalpower powertotal totalactivepower activepowertotal activepowersum kw w p ' +
    'heatpower thermalpower 有功功率 总有功功率 有功总功率 瞬时功率 热功率 功率',
  flow: 'flow flowrate volumeflow 瞬时流量 流量',
  demand: 'demand maxdemand maximumdemand',
  reactivePower: 'reactivepower totalreactivepower reactivepowertotal q kvar 无功功率 总无功功率',
  apparentPower: 'apparentpower totalapparentpower apparentpowertotal kva 视在功率 总视在功率',
  temperature: 'temperature temp roomtemperature roomtemp 室温 温度',
  setpoint: 'setpoint temperaturesetpoint settemperature settemp 设定温度',
  supply: 'supply supplytemperature supplytemp flowtemperature flowtemp inlettemperature inlettemp 供水温度',
  return: 'return returntemperature returntemp outlettemperature outlettemp 回水温度',
  temperatureDifference: 'temperaturedifference deltat difftemperature 温差',
  voltage: 'voltage u 电压',
  current: 'current i 电流',
  powerFactor: 'powerfactor totalpowerfactor powerfactortotal pf totalpf pftotal cosphi 功率因数 总功率因数',
  frequency: 'frequency freq hz gridfrequency linefrequency acfrequency 频率 电网频率',
  hours: 'hours operatinghours operatingtime runtime',
};

/** Quantities of a phase, and what they are called beside it; the letters go before the phase's own alone. */
const OF_PHASES = [
  { quantity: 'voltage', words: ['voltage'], letters: ['u', 'v'], zh: '电压' },
  { quantity: 'current', words: ['current'], letters: ['i'], zh: '电流' },
  { quantity: 'power', words: ['power', 'activepower'], letters: ['p'], zh: '有功功率' },
  { quantity: 'powerFactor', words: ['powerfactor', 'pf'], letters: ['pf'], zh: '功率因数' },
] as const;
const PHASES = ['A', 'B', 'C'] as const;

function namesOfPhases(): [string, Quantity][] {
  return OF_PHASES.flatMap(({ quantity, words, letters, zh }) =>
    PHASES.flatMap((phase, index): [string, Quantity][] => {
      const letter = phase.toLowerCase();
      const number = String(index + 1);
      const line = `l${number}`;
      const behind = [
        letter,
        line,
        `${line}n`,
        `${letter}n`,
        number,
        `phase${letter}`,
        `phase${number}`,
        `phase${line}`,
      ];
      const before = [line, `phase${letter}`, `phase${number}`, `phase${line}`, `line${number}`];
      const names = [
        ...words.flatMap((word) => [...behind.map((way) => word + way), ...before.map((way) => way + word)]),
        // Not va, which is a unit.
        ...letters.flatMap((short) => [short + line, short + number, ...(short === 'v' ? [] : [short + letter])]),
        `${letter}相${zh}`,
      ];
      return names.map((name) => [name, `${quantity}${phase}`]);
    }),
  );
}

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
  '°c': '°C',
  '℃': '°C',
  k: 'K',
  h: 'h',
  m3h: 'm3/h',
  lh: 'L/h',
  lmin: 'L/min',
  ls: 'L/s',
  ma: 'mA',
  mv: 'mV',
  kv: 'kV',
};

const BY_NAME = new Map<string, Quantity>([
  ...namesOfPhases(),
  ...Object.entries(NAMES).flatMap(([quantity, names]) =>
    names.split(' ').map((name): [string, Quantity] => [name, quantity as Quantity]),
  ),
]);

/** Names that are known are shorter. */
const LONGEST = 64;

/** What follows a unit that a name begins with: `kWh import`. */
const BEHIND_UNIT: Record<string, Quantity> = {
  total: 'total',
  import: 'total',
  imported: 'total',
  imp: 'total',
  delivered: 'total',
  del: 'total',
  export: 'reverse',
  exported: 'reverse',
  exp: 'reverse',
  received: 'reverse',
  rec: 'reverse',
  returned: 'reverse',
};

/** What the last level of a metric's name stands for, by a table of well-known names; undefined: nothing known. */
export function quantityNamed(level: string): NamedQuantity | undefined {
  if (level.length > LONGEST) return undefined;
  // In brackets stands a unit, not a phase: Current (A).
  const bracketed = level.endsWith(')') ? withUnit(/^(.*[^\s(])\s*\(([^()]{1,6})\)$/.exec(level)) : undefined;
  if (bracketed !== undefined) return bracketed;
  const plain = plainName(level);
  const quantity = BY_NAME.get(plain);
  if (quantity !== undefined) return named(quantity, ENDINGS[plain]);
  return withUnit(/^(.*\S)[\s_.-]+([A-Za-z0-9]{1,4}(?:\/(?:h|min|s))?)$/.exec(level)) ?? behindUnit(level);
}

function withUnit(parts: RegExpExecArray | null): NamedQuantity | undefined {
  if (parts === null) return undefined;
  const unit = plainName(parts[2]!.replace('/', ''));
  const stem = BY_NAME.get(plainName(parts[1]!));
  return stem === undefined || !Object.hasOwn(ENDINGS, unit) ? undefined : named(stem, ENDINGS[unit]);
}

function behindUnit(level: string): NamedQuantity | undefined {
  const parts = /^(k?wh|mwh)[\s_.-]+([a-z]+)$/i.exec(level);
  if (parts === null) return undefined;
  const word = parts[2]!.toLowerCase();
  return Object.hasOwn(BEHIND_UNIT, word) ? named(BEHIND_UNIT[word]!, ENDINGS[parts[1]!.toLowerCase()]) : undefined;
}

function plainName(text: string): string {
  return text.toLowerCase().replaceAll(/[\s_.()-]+/g, '');
}

function named(quantity: Quantity, unit: string | undefined): NamedQuantity {
  const unitKind = UNIT_KINDS[quantity] ?? 'register';
  return { quantity, unitKind, isRegister: isRegister(quantity), unit };
}
