import { bug } from '../../domain/errors.ts';
import { isSaturated, withinInt64 } from '../../domain/micro.ts';
import type { UsageMeter } from './meter-config.ts';

/** Decimal places of a factor that count. */
const PLACES = 12;
const SCALE = 10n ** BigInt(PLACES);

/** An amount in millionths, and how often it counts. */
export interface Part {
  micro: bigint;
  factor: number;
}

/**
 * The sum of amounts, each times its factor, rounded once to a millionth (half away from zero): with whole factors it
 * is exact. One that 64 bits do not hold stops at their bound, and `isWhole` is false.
 */
export function sumTerms(parts: readonly Part[]): { micro: bigint; isWhole: boolean } {
  let scaled = 0n;
  for (const { micro, factor } of parts) scaled += micro * scaledFactor(factor);
  const half = scaled < 0n ? -SCALE / 2n : SCALE / 2n;
  const micro = withinInt64((scaled + half) / SCALE);
  return { micro, isWhole: !isSaturated(micro) };
}

/**
 * The meters with a register that a virtual meter comes down to, and how often each counts; one that its ways cancel is
 * left out. Undefined where a term is not known. Terms never run in a circle: the registry sees to that.
 */
export function metersOfTerms(
  virtual: UsageMeter,
  meters: ReadonlyMap<string, UsageMeter>,
): Map<string, number> | undefined {
  const factors = new Map<string, number>();
  const isKnown = addTerms(virtual, 1, { meters, factors, above: new Set() });
  if (!isKnown) return undefined;
  return new Map([...factors].filter(([, factor]) => factor !== 0));
}

function addTerms(
  virtual: UsageMeter,
  times: number,
  {
    meters,
    factors,
    above,
  }: { meters: ReadonlyMap<string, UsageMeter>; factors: Map<string, number>; above: Set<string> },
): boolean {
  if (above.has(virtual.id)) bug(`the virtual meter ${virtual.id} is part of itself`);
  above.add(virtual.id);
  for (const { meterId, factor } of virtual.terms ?? []) {
    const meter = meters.get(meterId);
    if (meter === undefined) return false;
    if (meter.terms === undefined) factors.set(meterId, (factors.get(meterId) ?? 0) + times * factor);
    else if (!addTerms(meter, times * factor, { meters, factors, above })) return false;
  }
  above.delete(virtual.id);
  return true;
}

function scaledFactor(factor: number): bigint {
  if (Number.isInteger(factor)) return BigInt(factor) * SCALE;
  const [whole = '0', rest = ''] = factor.toFixed(PLACES).split('.');
  const sign = whole.startsWith('-') ? -1n : 1n;
  return sign * (BigInt(whole.replace('-', '')) * SCALE + BigInt(rest));
}
