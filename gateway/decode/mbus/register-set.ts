import type { DataRecord } from './record.ts';
import type { Meaning } from './vif.ts';

/** A register's value with the unit it counts in. */
interface Amount {
  value: number;
  unit: string;
}

/** The registers of one quantity (energy, or volume) that the records of an answer hold. */
export interface RegisterSet {
  total?: Amount;
  /** `t1` … `t4`, `settled`, `reverse`, `cooling` */
  others: Map<string, Amount>;
  /** A register that should have been the total holds no number. */
  isTotalBroken: boolean;
  /** There is a tariff that has no place among the others, or whose register holds no number. */
  hasUnreadTariff: boolean;
}

/** A reading has places for so many. */
const TARIFFS = 4;

/** An empty set. */
export function createRegisterSet(): RegisterSet {
  return { total: undefined, others: new Map(), isTotalBroken: false, hasUnreadTariff: false };
}

/** Puts a register's record where it belongs. The first one of its kind counts: a repetition in another unit does not. */
export function addRegister(set: RegisterSet, record: DataRecord, backward: 'reverse' | 'cooling'): void {
  if (record.function !== 'instantaneous' || record.subunit !== 0 || record.phase !== undefined) return;
  const { storage, tariff, value, direction } = record;
  const amount = { value, unit: unitOf(record.meaning) };
  if (storage === 0 && tariff === 0 && direction !== 'backward') {
    if (Number.isNaN(value)) set.isTotalBroken = true;
    else set.total ??= amount;
    return;
  }
  if (storage === 0 && direction !== 'backward' && (tariff > TARIFFS || Number.isNaN(value)))
    set.hasUnreadTariff = true;
  const name = nameOf(storage, tariff, direction, backward);
  if (name === undefined || Number.isNaN(value) || set.others.has(name)) return;
  set.others.set(name, amount);
}

function nameOf(
  storage: number,
  tariff: number,
  direction: DataRecord['direction'],
  backward: 'reverse' | 'cooling',
): string | undefined {
  if (direction === 'backward') return storage === 0 && tariff === 0 ? backward : undefined;
  if (storage === 0 && tariff >= 1 && tariff <= TARIFFS) return `t${tariff}`;
  return storage === 1 && tariff === 0 ? 'settled' : undefined;
}

function unitOf(meaning: Meaning | undefined): string {
  return meaning?.unit ?? 'm3';
}

/** The sum of the tariffs' registers, where there is one and none is missing: the total of a meter that tells none. */
export function sumOfTariffs({ others, hasUnreadTariff }: RegisterSet, unit: string): Amount | undefined {
  if (hasUnreadTariff) return undefined;
  let sum: number | undefined;
  for (let tariff = 1; tariff <= TARIFFS; tariff++) {
    const amount = others.get(`t${tariff}`);
    if (amount !== undefined) sum = (sum ?? 0) + Math.round(amountIn(amount, unit) * MICRO);
  }
  return sum === undefined || !Number.isSafeInteger(sum) ? undefined : { value: sum / MICRO, unit };
}

const MICRO = 1e6;

/** `amount` in `unit`: a watt-hour is 3,600 joules. */
export function amountIn(amount: Amount, unit: string): number {
  if (amount.unit === unit) return amount.value;
  return unit === 'GJ' ? (amount.value * 36) / 10_000 : (amount.value * 10_000) / 36;
}
