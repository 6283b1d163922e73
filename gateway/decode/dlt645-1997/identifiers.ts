import type { Metric } from '../../../domain/quantity.ts';
import { block, single, type Identifier, type ValueForm } from '../dlt645-values.ts';

const ENERGY = { bytes: 4, decimals: 2 } as const;
const POWER = { bytes: 3, decimals: 4 } as const;
/** Low half of DI0 of a block of all tariffs or phases. */
const ALL = 0xf;

/**
 * Identifiers (DI1 DI0 as one number) that a reading has a place for: DL/T 645-1997, annex A: energy 90xx and 91xx,
 * demand A0xx, instantaneous values B6xx.
 */
export const IDENTIFIERS_1997: ReadonlyMap<number, Identifier> = new Map<number, Identifier>([
  ...group(0x9010, { ...ENERGY, name: '正向有功电能', isEnergy: true }, ['total', 't1', 't2', 't3', 't4']),
  ...group(0x9020, { ...ENERGY, name: '反向有功电能', isEnergy: true }, [
    'reverse',
    'reverseT1',
    'reverseT2',
    'reverseT3',
    'reverseT4',
  ]),
  ...group(0x9110, { ...ENERGY, name: '正向无功电能' }, ['reactive1']),
  ...group(0x9120, { ...ENERGY, name: '反向无功电能' }, ['reactive2']),
  ...group(0xa010, { name: '正向有功最大需量', bytes: 3, decimals: 4 }, ['demand']),
  ...phases(0xb610, { name: '电压', bytes: 2, decimals: 0 }, ['voltageA', 'voltageB', 'voltageC']),
  ...phases(0xb620, { name: '电流', bytes: 2, decimals: 2 }, ['currentA', 'currentB', 'currentC']),
  // Behind the power of the phases the block holds its limits, which are no readings.
  ...group(0xb630, { ...POWER, name: '瞬时有功功率' }, ['rate', 'powerA', 'powerB', 'powerC']),
  ...group(0xb640, { name: '瞬时无功功率', bytes: 2, decimals: 2 }, ['reactivePower']),
  ...group(0xb650, { name: '功率因数', bytes: 2, decimals: 3 }, [
    'powerFactor',
    'powerFactorA',
    'powerFactorB',
    'powerFactorC',
  ]),
]);

/** Why an identifier has no place in a reading, for the person who looks. */
export function unknownOf1997(di: number): string {
  const kind = di >> 12;
  const period = (di >> 10) & 3;
  if ((kind === 0x9 || kind === 0xa) && period !== 0) {
    return `is a settlement figure (${period === 1 ? '上月' : '上上月'}): only current values are taken`;
  }
  if (kind === 0xc) return 'is a parameter or the clock (参变量), which is no current value';
  if (kind === 0xb && di >> 8 !== 0xb6)
    return 'is an event record or a time of one (事件记录), which is no current value';
  return 'is none of those that are taken';
}

function group(base: number, form: ValueForm, metrics: readonly Metric[]): [number, Identifier][] {
  return [
    ...metrics.map((metric, index): [number, Identifier] => [base + index, single(form, metric)]),
    [base + ALL, block(form, metrics)],
  ];
}

// Phases count from 1; there is no value for all three.
function phases(base: number, form: ValueForm, metrics: readonly Metric[]): [number, Identifier][] {
  return [
    ...metrics.map((metric, index): [number, Identifier] => [base + index + 1, single(form, metric)]),
    [base + ALL, block(form, metrics)],
  ];
}
