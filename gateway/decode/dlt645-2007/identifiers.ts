import type { Metric } from '../../../domain/quantity.ts';
import { block, single, type Identifier, type ValueForm } from '../dlt645-values.ts';

const ENERGY = { bytes: 4, decimals: 2 } as const;
const POWER = { bytes: 3, decimals: 4, isSigned: true } as const;
/** DI1 of a block of all tariffs or phases. */
const ALL = 0xff;

/**
 * Identifiers (DI3 DI2 DI1 DI0 as one number) that a reading has a place for: DL/T 645-2007, tables A.1 (energy), A.2
 * (demand) and A.3 (instantaneous values).
 */
export const IDENTIFIERS_2007: ReadonlyMap<number, Identifier> = new Map<number, Identifier>([
  ...energy(0x00, { ...ENERGY, name: '组合有功电能', isSigned: true, isEnergy: true }, ['combined']),
  ...energy(0x01, { ...ENERGY, name: '正向有功电能', isEnergy: true }, ['total', 't1', 't2', 't3', 't4']),
  ...energy(0x02, { ...ENERGY, name: '反向有功电能', isEnergy: true }, [
    'reverse',
    'reverseT1',
    'reverseT2',
    'reverseT3',
    'reverseT4',
  ]),
  ...energy(0x03, { ...ENERGY, name: '组合无功1电能', isSigned: true }, ['reactive1']),
  ...energy(0x04, { ...ENERGY, name: '组合无功2电能', isSigned: true }, ['reactive2']),
  // A demand is followed by the time at which it occurred (YYMMDDhhmm), which is not the time of the reading.
  ...energy(0x0101, { name: '正向有功最大需量', bytes: 8, digits: 3, decimals: 4 }, ['demand']),
  ...phases(0x01, { name: '电压', bytes: 2, decimals: 1 }, ['voltageA', 'voltageB', 'voltageC']),
  ...phases(0x02, { name: '电流', bytes: 3, decimals: 3, isSigned: true }, ['currentA', 'currentB', 'currentC']),
  ...totalAndPhases(0x03, { ...POWER, name: '瞬时有功功率' }, ['rate', 'powerA', 'powerB', 'powerC']),
  ...totalAndPhases(0x04, { ...POWER, name: '瞬时无功功率' }, ['reactivePower']),
  ...totalAndPhases(0x05, { ...POWER, name: '瞬时视在功率' }, ['apparentPower']),
  ...totalAndPhases(0x06, { name: '功率因数', bytes: 2, decimals: 3, isSigned: true }, [
    'powerFactor',
    'powerFactorA',
    'powerFactorB',
    'powerFactorC',
  ]),
  [0x02800002, single({ name: '电网频率', bytes: 2, decimals: 2 }, 'frequency')],
]);

/** What identifiers are that collectors ask for too, and a reading has no place for. */
const OTHERS: ReadonlyMap<number, string> = new Map([
  [0x02800001, '零线电流 (current of the neutral)'],
  [0x02800003, '一分钟有功总平均功率 (mean power of a minute)'],
  [0x02800004, '当前有功需量 (present demand)'],
  [0x02800005, '当前无功需量 (present reactive demand)'],
  [0x02800006, '当前视在需量 (present apparent demand)'],
  [0x02800007, '表内温度 (temperature inside the meter)'],
  [0x02800008, '时钟电池电压 (voltage of the clock’s battery)'],
  [0x02800009, '停电抄表电池电压 (voltage of the reading battery)'],
  [0x0280000a, '内部电池工作时间 (minutes on battery)'],
  [0x0280000b, '当前阶梯电价 (price in force)'],
  [0x00900100, '剩余电量 (remaining energy)'],
  [0x00900200, '剩余金额 (remaining money)'],
  [0x04000101, '日期及星期 (date)'],
  [0x04000102, '时间 (time of day)'],
  [0x0400010c, '日期时间 (date and time)'],
  [0x04000401, '通信地址 (address)'],
  [0x04000402, '表号 (meter number)'],
]);
/** DI3 and DI2 of groups of identifiers. */
const GROUPS: ReadonlyMap<number, string> = new Map([
  [0x0207, '相角 (phase angles)'],
  [0x0208, '电压波形失真度 (distortion of the voltage)'],
  [0x0209, '电流波形失真度 (distortion of the current)'],
]);
const QUADRANTS = { from: 0x05, to: 0x08 } as const;
/** DI2 of the registers of phases A, B, C. */
const PHASES = [
  [0x15, 'A'],
  [0x29, 'B'],
  [0x3d, 'C'],
] as const;
const REGISTERS_OF_A_PHASE = 0x14;
/** DI3 of what is none of energy, demand and instantaneous values. */
const KINDS = [
  '',
  '',
  '',
  'an event record (事件记录)',
  'a parameter (参变量)',
  'a frozen figure (冻结)',
  'a load profile (负荷记录)',
];

/** Why an identifier has no place in a reading, for the person who looks. */
export function unknownOf2007(di: number): string {
  const kind = di >>> 24;
  const item = (di >>> 16) & 0xff;
  const settlement = di & 0xff;
  const known = OTHERS.get(di) ?? GROUPS.get(di >>> 16);
  if (known !== undefined) return `is ${known}, which a reading has no place for`;
  if (kind <= 0x01 && settlement === 0xff)
    return 'is a block of settlement days (结算日): only current values are taken';
  if (kind <= 0x01 && settlement !== 0) {
    return `is a settlement figure (上${settlement}结算日): only current values are taken`;
  }
  const phase = kind <= 0x01 ? PHASES.find(([from]) => item >= from && item < from + REGISTERS_OF_A_PHASE) : undefined;
  if (phase !== undefined) {
    return `is a register of phase ${phase[1]} alone (分相): only those of the whole meter are taken`;
  }
  if (kind === 0 && item >= QUADRANTS.from && item <= QUADRANTS.to) {
    return 'is a reactive register of one quadrant (四象限无功): only the combined ones are taken';
  }
  const named = KINDS[kind] ?? '';
  return named === '' ? 'is none of those that are taken' : `is ${named}, which is no current value`;
}

// DI3 and DI2, the total and the tariffs in DI1.
function energy(group: number, form: ValueForm, metrics: readonly Metric[]): [number, Identifier][] {
  return withBlock(group << 16, form, metrics, metrics);
}

// Phases count from 1 in DI1; there is no value for all three.
function phases(group: number, form: ValueForm, metrics: readonly Metric[]): [number, Identifier][] {
  return withBlock(0x02000000 | (group << 16), form, [undefined, ...metrics], metrics);
}

function totalAndPhases(group: number, form: ValueForm, metrics: readonly Metric[]): [number, Identifier][] {
  return withBlock(0x02000000 | (group << 16), form, metrics, metrics);
}

function withBlock(
  base: number,
  form: ValueForm,
  singles: readonly (Metric | undefined)[],
  all: readonly Metric[],
): [number, Identifier][] {
  const found: [number, Identifier][] = [[base | (ALL << 8), block(form, all)]];
  for (const [index, metric] of singles.entries()) {
    if (metric !== undefined) found.push([base | (index << 8), single(form, metric)]);
  }
  return found;
}
