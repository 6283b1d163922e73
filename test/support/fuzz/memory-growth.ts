import type { FuzzRound } from './run-fuzz.ts';

/**
 * MiB by which the resident memory after a round of the second half exceeds that after one of the first, by their
 * medians: a single look falls anywhere between two collections of garbage.
 */
export function memoryGrowthMiB(rounds: readonly FuzzRound[]): number {
  const resident = rounds.map(({ residentMiB }) => residentMiB);
  const half = Math.floor(resident.length / 2);
  return medianOf(resident.slice(half)) - medianOf(resident.slice(0, half));
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >>> 1] ?? Number.NaN;
}
