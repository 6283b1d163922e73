import type { RateTiers } from './rate.ts';

/** An amount that lies in one step of the tiers. */
export interface TierPart {
  /** Index of the step. */
  tier: number;
  micro: bigint;
}

/** Divides what is used next at the edges of the tiers, exactly; one part where it crosses none. Millionths. */
export function tierParts({ edges }: RateTiers, usedMicro: bigint, micro: bigint): [TierPart, ...TierPart[]] {
  const until = usedMicro + micro;
  const parts: TierPart[] = [];
  let at = usedMicro;
  let tier = 0;
  if (micro >= 0n) {
    while (tier < edges.length && edges[tier]! <= at) tier++;
    if (tier === edges.length || until <= edges[tier]!) return [{ tier, micro }];
    for (; tier < edges.length && until > edges[tier]!; tier++) {
      parts.push({ tier, micro: edges[tier]! - at });
      at = edges[tier]!;
    }
    parts.push({ tier, micro: until - at });
    return parts as [TierPart, ...TierPart[]];
  }
  // A correction takes back what was used last.
  while (tier < edges.length && edges[tier]! < at) tier++;
  for (; tier > 0 && until < edges[tier - 1]!; tier--) {
    parts.push({ tier, micro: edges[tier - 1]! - at });
    at = edges[tier - 1]!;
  }
  parts.push({ tier, micro: until - at });
  return parts as [TierPart, ...TierPart[]];
}

/**
 * What each of several amounts has in each part of their sum, in proportion: rows by amount, columns by part. Rows sum
 * to the amounts and columns to the parts, both exactly, because each cell is a difference of rounded running products.
 */
export function divideByParts(amounts: readonly bigint[], parts: readonly bigint[]): bigint[][] {
  const sum = parts.reduce((total, part) => total + part, 0n);
  let upToRow = 0n;
  let above = parts.map(() => 0n);
  return amounts.map((amount) => {
    upToRow += amount;
    let upToPart = 0n;
    const products = parts.map((part) => {
      upToPart += part;
      return sum === 0n ? 0n : (upToRow * upToPart) / sum;
    });
    const row = products.map(
      (product, index) => product - above[index]! - (products[index - 1] ?? 0n) + (above[index - 1] ?? 0n),
    );
    above = products;
    return row;
  });
}
