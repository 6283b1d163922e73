import type { TariffPeriod } from '../../domain/tariff.ts';
import type { CostCheck } from '../api/schemas/cost.ts';
import type { PeriodPart } from './period-cost.ts';
import type { RegisterAmount } from './register-amount.ts';

/** Registers by tariff (尖峰平谷) and the periods that each counts. */
export const TARIFF_REGISTERS = {
  t1: ['sharp'],
  t2: ['peak'],
  t3: ['flat'],
  t4: ['valley', 'deep'],
} as const satisfies Record<string, readonly TariffPeriod[]>;
export type TariffRegister = keyof typeof TARIFF_REGISTERS;

/** A share of the register's amount above which intervals and register disagree: clocks, windows or wiring are wrong. */
export const CHECK_LIMIT = 0.02;
/** What of the range must be known on both sides before they are compared. */
const WHOLE = 0.999;

/** What is compared, in millionths. */
export interface RegisterComparison {
  /** By register; left out where it was not read. */
  registers: ReadonlyMap<TariffRegister, RegisterAmount>;
  /** From the intervals; null where no tariff with periods held. */
  byPeriod: readonly PeriodPart[] | null;
  /** Share of the range whose intervals are known, and priced by periods. */
  intervalCoverage: number;
  /** What a register can be wrong by, for its resolution × the multiplier. */
  slackMicro: bigint;
}

type Compared = Pick<CostCheck, 'verdict' | 'intervalCoverage' | 'registerCoverage'> & {
  items: {
    register: TariffRegister;
    periods: TariffPeriod[];
    registerMicro: bigint | null;
    intervalMicro: bigint | null;
    deviation: number | null;
    exceeds: boolean;
  }[];
};

/** Holds the registers t1…t4 against the amounts by period that intervals gave. Nothing of a cost depends on it. */
export function compareRegisters(input: RegisterComparison): Compared {
  const { registers, byPeriod, intervalCoverage, slackMicro } = input;
  const registerCoverage = Math.min(1, ...[...registers.values()].map(({ coverage }) => coverage));
  const isWhole = intervalCoverage >= WHOLE && registerCoverage >= WHOLE;
  const items = (Object.keys(TARIFF_REGISTERS) as TariffRegister[]).map((register) => {
    const periods: TariffPeriod[] = [...TARIFF_REGISTERS[register]];
    const amount = registers.get(register);
    const registerMicro = amount === undefined || amount.coverage === 0 ? null : amount.micro;
    const intervalMicro = byPeriod === null || intervalCoverage === 0 ? null : amountOf(byPeriod, periods);
    if (registerMicro === null || intervalMicro === null) {
      return { register, periods, registerMicro, intervalMicro, deviation: null, exceeds: false };
    }
    const difference = Number(intervalMicro - registerMicro);
    const limit = CHECK_LIMIT * Math.abs(Number(registerMicro)) + Number(slackMicro);
    const deviation = registerMicro === 0n ? null : difference / Number(registerMicro);
    return {
      register,
      periods,
      registerMicro,
      intervalMicro,
      deviation,
      exceeds: isWhole && Math.abs(difference) > limit,
    };
  });
  return {
    items,
    intervalCoverage,
    registerCoverage: registers.size === 0 ? 0 : registerCoverage,
    verdict: verdictOf(
      registers.size > 0,
      byPeriod !== null,
      isWhole,
      items.some(({ exceeds }) => exceeds),
    ),
  };
}

function verdictOf(
  hasRegisters: boolean,
  hasPeriods: boolean,
  isWhole: boolean,
  exceeds: boolean,
): CostCheck['verdict'] {
  if (!hasRegisters) return 'no-registers';
  if (!hasPeriods) return 'no-time-of-use';
  if (!isWhole) return 'incomplete';
  return exceeds ? 'deviates' : 'agrees';
}

function amountOf(parts: readonly PeriodPart[], periods: readonly TariffPeriod[]): bigint {
  return parts.reduce((sum, { period, micro }) => (periods.includes(period) ? sum + micro : sum), 0n);
}
