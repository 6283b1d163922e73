import { CANONICAL_UNIT, METRICS, REGISTER_METRICS, type Metric, type RegisterMetric } from '../../domain/quantity.ts';
import { scaledBy } from '../../domain/scaled-by.ts';
import type { QuarantineReason } from '../../domain/reading.ts';
import type { DirectoryMeter } from '../directory.ts';

/** What a reading measured, in canonical units, or which of it is no value. */
export type Quantities =
  | { ok: true; found: [Metric, number][] }
  | { ok: false; reason: QuarantineReason; detail: string };

/**
 * In the canonical unit, and more than any register shows. Usage is summed in millionths, in 64 bits: they must hold
 * the jumps of thousands of broken meters, or one of them would take everybody's sums with it.
 */
const MAX_VALUE = 1e9;

/** The order in which the quantities of a reading are told: that of releases before this, so that digests of them hold. */
const FIRST = [
  ['total', 'delta', 'rate', 'temperature', 'setpoint', 'supply', 'return', 'voltage', 'current', 'powerFactor'],
  ['reverse', 't1', 't2', 't3', 't4', 'volume'],
].flat() as Metric[];
const RANK = new Map<Metric, number>(
  [...FIRST, ...METRICS.filter((metric) => !FIRST.includes(metric))].map((metric, rank) => [metric, rank]),
);

/** How a quantity counts: in the reading's unit, in the unit of a volume, or in a unit of its own. */
type Counting = 'unit' | 'volume' | 'own';
type Known = ReadonlyMap<string, { metric: Metric; counting: Counting }>;

const COUNTINGS: Partial<Record<Metric, Counting>> = {
  total: 'unit',
  delta: 'unit',
  volume: 'volume',
  reactive1: 'own',
  reactive2: 'own',
};
const REGISTERS: Known = new Map(
  REGISTER_METRICS.map((metric) => [metric, { metric, counting: COUNTINGS[metric] ?? 'unit' }]),
);
const TOP: Known = new Map(
  // A message says `from`; that becomes deltaFrom where it is known to be a time.
  METRICS.filter((metric) => !REGISTERS.has(metric) && metric !== 'deltaFrom').map((metric) => [
    metric,
    { metric, counting: COUNTINGS[metric] ?? 'own' },
  ]),
);

/** Takes the quantities out of a reading; `factor` is that of its unit. What is no quantity is passed over. */
export function quantitiesOf(fields: Record<string, unknown>, factor: number, meter: DirectoryMeter): Quantities {
  const found: [Metric, number][] = [];
  // The volume beside a heat register is in cubic metres whatever the register counts in.
  const volumeFactor = CANONICAL_UNIT[meter.medium] === 'm3' ? factor : 1;
  const registers = fields['registers'] ?? undefined;
  if (registers !== undefined && (typeof registers !== 'object' || Array.isArray(registers))) {
    return refuse('"registers" is an object of numbers');
  }
  const wrong =
    take(found, TOP, fields, factor, 1) ??
    (registers === undefined
      ? undefined
      : take(found, REGISTERS, registers as Record<string, unknown>, factor, volumeFactor));
  if (wrong !== undefined) return wrong;
  if (meter.primaryRegister !== undefined) choosePrimary(found, meter);
  else if (registers !== undefined && ('combined' in registers || 'cooling' in registers)) choosePrimary(found, meter);
  return { ok: true, found };
}

/** The same quantities in an order of their own, however the message had them. */
export function inOrder(found: readonly [Metric, number][]): [Metric, number][] {
  return found.toSorted(([a], [b]) => RANK.get(a)! - RANK.get(b)!);
}

// Adds the known ones of `source` to `found`, or tells which one is no value.
function take(
  found: [Metric, number][],
  known: Known,
  source: Record<string, unknown>,
  unitFactor: number,
  volumeFactor: number,
): (Quantities & { ok: false }) | undefined {
  // Readings carry a handful of fields, and there are many times as many quantities that they might carry.
  for (const name in source) {
    const quantity = known.get(name);
    if (quantity === undefined) continue;
    const value = source[name];
    if (value === undefined) continue;
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      return refuse(`"${name}" is no finite number: ${shown(value)}`);
    }
    const { counting } = quantity;
    const factor = counting === 'unit' ? unitFactor : counting === 'volume' ? volumeFactor : 1;
    // A factor of 1 must not touch the value: the register is kept to its last digit.
    const canonical = scaledBy(value, factor);
    if (Math.abs(canonical) > MAX_VALUE) return refuse(`"${name}" ${value} is larger than any register`);
    found.push([quantity.metric, canonical]);
  }
  return undefined;
}

/**
 * Which register is the meter's total: the one that it is registered with; else `total`, else 组合 (`combined`), and of
 * a meter of cold energy the register of that.
 */
function choosePrimary(found: [Metric, number][], { primaryRegister, medium }: DirectoryMeter): void {
  if (primaryRegister === 'forward') return;
  const has = (metric: Metric): boolean => found.some(([name]) => name === metric);
  const chosen = primaryRegister as RegisterMetric | undefined;
  if (chosen !== undefined) becomeTotal(found, chosen);
  else if (medium === 'cooling' && has('cooling')) becomeTotal(found, 'cooling');
  else if (!has('total') && has('combined')) becomeTotal(found, 'combined');
}

function becomeTotal(found: [Metric, number][], register: RegisterMetric): void {
  const total = found.findIndex(([metric]) => metric === 'total');
  if (total >= 0) found.splice(total, 1);
  for (const quantity of found) if (quantity[0] === register) quantity[0] = 'total';
}

// Never written out in full: a value nested deep enough would overflow the stack.
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 62));
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? 'an array' : 'an object';
}

function refuse(detail: string): Quantities & { ok: false } {
  return { ok: false, reason: 'bad-value', detail };
}
