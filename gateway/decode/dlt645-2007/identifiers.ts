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

/** Why an identifier has no place in a reading, for the person who looks. */
export function unknownOf2007(di: number): string {
  const isRegister = di >>> 24 <= 0x01;
  const settlement = di & 0xff;
  if (isRegister && settlement === 0xff) return 'is a block of settlement days (结算日): only current values are taken';
  if (isRegister && settlement !== 0) {
    return `is a settlement figure (上${settlement}结算日): only current values are taken`;
  }
  return 'is none of those that are taken';
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
