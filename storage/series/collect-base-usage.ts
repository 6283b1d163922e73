import type { BaseUsage } from './port.ts';

/** Gathers the base intervals of one meter over [fromMs, toMs), row by row in rising order, into columns. */
export function collectBaseUsage(
  meter: string,
  fromMs: number,
  toMs: number,
): { add(startMs: number, micro: bigint, quality: number, state: string): void; finish(): BaseUsage } {
  const starts: number[] = [];
  const values: bigint[] = [];
  const qualities: number[] = [];
  const states: string[] = [];
  return {
    add: (startMs, micro, quality, state) => {
      starts.push(startMs);
      values.push(micro);
      qualities.push(quality);
      states.push(state);
    },
    finish: () => ({
      meter,
      fromMs,
      toMs,
      starts: Float64Array.from(starts),
      values: BigInt64Array.from(values),
      qualities: Uint8Array.from(qualities),
      states,
    }),
  };
}
