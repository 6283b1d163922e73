import { registerToMicro } from '../../domain/micro.ts';
import type { Zone } from '../../domain/zone.ts';
import type { AppliedDecision, ManualPoint, RegisterEvent, UsageMeter } from '../../services/usage/meter-config.ts';
import { seededRandom } from './random-life.ts';

const MODULUS = 10_000;
const RATED = 100;
const HALF_HOUR = 1_800_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Before the nights at which the clock is set, in one zone or another, and one day in June. */
const SET_CLOCKS = [
  [3, 28],
  [3, 7],
  [10, 24],
  [6, 1],
  [4, 4],
  [10, 3],
] as const;

/** A point of the register's true curve that is to count: instant, register in hundredths. */
type Counted = readonly [ms: number, hundredths: number];

/** A register that everything happened to, and the usage that a simple reckoning makes of it. */
export interface RegisterHistory {
  meter: UsageMeter;
  /** By rising instant: what the meter reported, glitches and garbage among it. */
  readings: [ms: number, register: number][];
  /** Millionths: the differences of the register × the multiplier in force. */
  wantMicro: bigint;
}

/**
 * Some days of a meter read every half hour: rollovers, glitches, gaps, devices that are replaced with and without
 * notice, resets, jumps, multipliers by date and by decision, readings left out, believed and set by decision, and read
 * by people. What counts of it is known while it is made, so that the reckoning needs no accounting.
 */
export function registerHistory(seed: number, zone: Zone, days = 9): RegisterHistory {
  const random = seededRandom(seed);
  const chance = (probability: number): boolean => random() < probability;
  const whole = (below: number): number => Math.floor(random() * below);
  const isRated = chance(0.5);
  // Days at whose nights the clock is set, in one zone or another.
  const [month, day] = SET_CLOCKS[whole(SET_CLOCKS.length)]!;
  const startMs = zone.at(2026, month, day) + whole(HALF_HOUR);

  const readings: [number, number][] = [];
  const events: RegisterEvent[] = [];
  const decisions: AppliedDecision[] = [];
  const manual: ManualPoint[] = [];
  const segments: Counted[][] = [[]];
  let register = chance(0.4) ? MODULUS * 100 - whole(40_000) : whole(MODULUS * 100);
  let ms = startMs;

  const turn = (): void => {
    ms = ms + HALF_HOUR - (ms % 60_000) + (chance(0.5) ? 0 : whole(60_000));
    register = (register + whole(400)) % (MODULUS * 100);
  };
  const report = (hundredths = register): void => void readings.push([ms, hundredths / 100]);
  const count = (atMs = ms): void => void segments.at(-1)!.push([atMs, register]);
  const plain = (times: number): void => {
    for (let i = 0; i < times; i++) {
      turn();
      report();
      count();
    }
  };
  const decide = (decision: Partial<AppliedDecision> & Pick<AppliedDecision, 'kind' | 'fromMs'>): void => {
    const nothing = { toMs: null, register: null, closingRegister: null, openingRegister: null, multiplier: null };
    decisions.push({ id: `d${decisions.length}`, ...nothing, ...decision });
  };
  const anotherDevice = (kind: 'replacement' | 'reset' | 'decided'): void => {
    // Somewhere between two readings, both devices read there or not.
    const atMs = ms + 60_000 + whole(HALF_HOUR - 300_000);
    const [isClosingKnown, isOpeningKnown] = [chance(0.6), kind === 'reset' || chance(0.6)];
    register = (register + whole(100)) % (MODULUS * 100);
    const closing = isClosingKnown ? register / 100 : null;
    if (isClosingKnown) count(atMs);
    segments.push([]);
    const isZero = kind === 'reset' && chance(0.5);
    register = isZero ? 0 : whole(MODULUS * 100);
    const opening = isOpeningKnown && !isZero ? register / 100 : null;
    if (isOpeningKnown) count(atMs);
    if (kind === 'replacement')
      events.push({ kind: 'replacement', atMs, closingRegister: closing, openingRegister: opening });
    else
      decide({
        kind: kind === 'reset' ? 'reset' : 'replacement',
        fromMs: atMs,
        closingRegister: closing,
        openingRegister: opening,
      });
    plain(1);
  };

  /** Not where a rollover is near: without a rated maximum nobody could tell it from a glitch. */
  const isMiddle = (): boolean => register > 150_000 && register < 800_000;
  const happenings: (() => void)[] = [
    function spike() {
      if (!isMiddle()) return;
      turn();
      report(register + 150_000);
    },
    function glitch() {
      if (!isMiddle()) return;
      turn();
      report([0, Math.floor(register / 2), register + 150_000][whole(3)]);
    },
    function zeroNearRollover() {
      if (register < 910_000 || register > 980_000) return;
      turn();
      report(0);
    },
    function glitchTwice() {
      if (!isMiddle()) return;
      const wrong = isRated ? register + 150_000 : Math.floor(register / 2);
      for (let i = 0; i < 2; i++) {
        turn();
        report(wrong + i * 10);
      }
    },
    function gap() {
      for (let i = 0; i <= whole(30); i++) turn();
    },
    function gapReadByHand() {
      for (let i = 0; i <= 3 + whole(20); i++) turn();
      manual.push({ id: `m${manual.length}`, atMs: ms, register: register / 100 });
      count();
      for (let i = 0; i <= 3 + whole(20); i++) turn();
    },
    () => anotherDevice('replacement'),
    () => anotherDevice('decided'),
    () => anotherDevice('reset'),
    function jump() {
      if (!isMiddle()) return;
      register -= 30_000 + whole(50_000);
      segments.push([]);
    },
    function fall() {
      if (!isMiddle()) return;
      for (let i = 0; i <= 2 + whole(3); i++) {
        turn();
        register -= 3000 + whole(7000);
        report();
      }
      // It counts again from where it turned.
      segments.push([]);
      count();
    },
    function stand() {
      const stood = register;
      for (let i = 0; i <= 30 + whole(40); i++) {
        turn();
        register = stood;
        report();
        count();
      }
    },
    function garbageLeftOut() {
      const fromMs = ms + 1;
      for (let i = 0; i <= whole(5); i++) {
        turn();
        report(whole(MODULUS * 100));
      }
      decide({ kind: 'exclude', fromMs, toMs: ms + 1 });
    },
    function garbageReplaced() {
      turn();
      const fromMs = ms;
      count();
      const value = register / 100;
      report(whole(MODULUS * 100));
      const isOne = chance(0.4);
      for (let i = 0; !isOne && i <= whole(5); i++) {
        turn();
        report(whole(MODULUS * 100));
      }
      decide({ kind: 'value', fromMs, toMs: isOne ? null : ms + 1, register: value });
    },
    function riseBelieved() {
      if (!isMiddle()) return;
      turn();
      register += 100_000;
      report();
      count();
      decide({ kind: 'accept', fromMs: ms, toMs: chance(0.5) ? null : ms + 5000 });
    },
    function fallBelieved() {
      if (!isMiddle()) return;
      turn();
      register -= 30_000 + whole(50_000);
      segments.push([]);
      report();
      count();
      decide({ kind: 'accept', fromMs: ms, toMs: ms + 1 });
    },
    () => decide({ kind: 'multiplier', fromMs: ms + whole(HALF_HOUR), multiplier: [2, 0.5, 30][whole(3)]! }),
  ];

  plain(4);
  while (ms < startMs + days * DAY) {
    if (chance(0.3)) happenings[whole(happenings.length)]!();
    plain(4);
  }

  const multipliers = [
    { multiplier: [1, 40, 0.3][whole(3)]!, validFrom: '1970-01-01', validTo: null as string | null },
  ];
  if (chance(0.4)) {
    const validFrom = zone.date(startMs + whole(days) * DAY);
    multipliers[0]!.validTo = validFrom;
    multipliers.push({ multiplier: [7, 80][whole(2)]!, validFrom, validTo: null });
  }
  const changes = [
    ...multipliers.slice(1).map(({ multiplier, validFrom }) => ({ atMs: dateMs(validFrom, zone), multiplier })),
    ...decisions.flatMap(({ kind, fromMs, multiplier }) =>
      kind === 'multiplier' ? [{ atMs: fromMs, multiplier: multiplier! }] : [],
    ),
  ].sort((a, b) => a.atMs - b.atMs);
  const meter: UsageMeter = {
    id: 'm',
    ...(chance(0.7) ? { medium: 'electricity', registerUnit: 'kWh' } : { medium: 'water', registerUnit: 'm3' }),
    registerModulus: MODULUS,
    ratedMaximum: isRated ? RATED : null,
    expectedIntervalS: 1800,
    parentId: null,
    multipliers,
    shares: [{ institutionId: 'school', subItem: null, share: 1, validFrom: '1970-01-01', validTo: null }],
    ...(events.length === 0 ? {} : { events }),
    ...(decisions.length === 0 ? {} : { decisions: decisions.toSorted((a, b) => a.fromMs - b.fromMs) }),
    ...(manual.length === 0 ? {} : { manual }),
  };
  const wantMicro = segments.reduce((sum, points) => sum + reckoned(points, multipliers[0]!.multiplier, changes), 0n);
  return { meter, readings, wantMicro };
}

function dateMs(date: string, zone: Zone): number {
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  return zone.at(year, month, day);
}

/** Each rise of the register × what was in force; at a change of the multiplier as the register stood there by time. */
function reckoned(
  points: readonly Counted[],
  first: number,
  changes: readonly { atMs: number; multiplier: number }[],
): bigint {
  let sum = 0n;
  for (const [index, [toMs, to]] of points.entries()) {
    if (index === 0) continue;
    const [fromMs, from] = points[index - 1]!;
    const rise = BigInt(to < from ? to - from + MODULUS * 100 : to - from) * 10_000n;
    const over = to < from;
    let by = changes.findLast(({ atMs }) => atMs <= fromMs)?.multiplier ?? first;
    let reached = from / 100;
    for (const { atMs, multiplier } of changes) {
      if (atMs <= fromMs || atMs >= toMs) continue;
      const micro = BigInt(from) * 10_000n + (rise * BigInt(atMs - fromMs)) / BigInt(toMs - fromMs);
      const register = Number(micro) / 1e6;
      sum += registerToMicro(register, by) - registerToMicro(reached, by);
      [reached, by] = [register, multiplier];
    }
    sum += registerToMicro(to / 100, by) + (over ? registerToMicro(MODULUS, by) : 0n) - registerToMicro(reached, by);
  }
  return sum;
}
