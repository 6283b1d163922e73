import { seededRandom } from '../seeded-random.ts';

/** Choices that are the same for the same seed. */
export interface Dice {
  /** A whole number in [0, below). */
  below(below: number): number;
  /** True in `share` of the throws. */
  chance(share: number): boolean;
  pick<T>(items: readonly T[]): T;
  bytes(count: number): Buffer;
}

/** Dice of one seed. */
export function createDice(seed: number): Dice {
  const random = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  return {
    below,
    chance: (share) => random() < share,
    pick: (items) => items[below(items.length)]!,
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => below(256))),
  };
}
