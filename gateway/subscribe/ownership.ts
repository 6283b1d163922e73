/**
 * Which collectors this gateway takes, where several gateways share a broker. A message must never fall between two of
 * them, however late each learns of a new assignment:
 *
 * 1. The registry says whose a collector is to be. Its new gateway subscribes first, and when the broker has confirmed
 *    that, it says so in a retained message: it *claims* the collector.
 * 2. The old gateway goes on taking the collector until it has seen that claim, and for a while longer (a cluster of
 *    brokers spreads a subscription a little after it confirmed it); only then it lets go and unsubscribes.
 *
 * So whoever claimed a collector last is taking it, and what two gateways took meanwhile is one reading in the store.
 * A collector whose gateway never starts stays with the one that has it.
 */
export interface Ownership {
  /** The registry as it is now known: collector → gateway, undefined where it is assigned to none. */
  useAssignments(assignments: ReadonlyMap<string, string | undefined>, nowMs: number): void;
  /** A claim was seen on the broker. */
  sawClaim(collector: string, gateway: string, nowMs: number): void;
  /** This gateway is sending a claim: until it has come back from the broker nothing is let go. */
  claiming(collector: string, nowMs: number): void;
  /** The broker knows the session no more, perhaps its claims neither. */
  forgetClaims(): void;
  /** True where a message of the collector is to be kept, false where another gateway certainly keeps it. */
  takes(collector: string, nowMs: number): boolean;
  /**
   * True where a message of the collector on a topic that several gateways subscribe to is this gateway's to keep: as
   * `takes`, and one that does not take the unassigned keeps its own alone. '': nobody's, as one that is unassigned.
   */
  keeps(collector: string, nowMs: number): boolean;
  /** Collectors to be subscribed to one by one: none where this gateway takes the unassigned, by a wildcard. */
  wanted(nowMs: number): string[];
  /** Collectors whose subscription, if there is one of an earlier run, is not needed. */
  unwanted(nowMs: number): string[];
  /** Collectors that are this gateway's and claimed by another, or by nobody: to be claimed when subscribed to. */
  unclaimed(nowMs: number): string[];
}

/** What {@link createOwnership} needs. */
export interface OwnershipOptions {
  gateway: string;
  takesUnassigned: boolean;
  /** For how long a collector is still taken after another gateway claimed it, and between two claims of the same. */
  graceMs: number;
}

/** Nothing is assigned and nothing claimed yet: whatever comes is taken. */
export function createOwnership({ gateway, takesUnassigned, graceMs }: OwnershipOptions): Ownership {
  let assignments: ReadonlyMap<string, string | undefined> = new Map();
  /** Since when it is known that a collector is another's. */
  const foreignSinceMs = new Map<string, number>();
  const claims = new Map<string, { gateway: string; sinceMs: number }>();
  /** Those that were this gateway's at some time: each may have a subscription of its own, until it is released. */
  const kept = new Set<string>();
  /** Claims of our own: how many have not come back, and when the last was sent. */
  const sent = new Map<string, { underWay: number; atMs: number }>();

  function isOwn(collector: string): boolean {
    const assigned = assignments.get(collector);
    return assigned === undefined ? takesUnassigned : assigned === gateway;
  }

  function keep(collector: string): void {
    // By the wildcard all of them come.
    if (!takesUnassigned) kept.add(collector);
  }

  function isReleased(collector: string, nowMs: number): boolean {
    const claim = claims.get(collector);
    if (claim === undefined || claim.gateway === gateway || isOwn(collector)) return false;
    if ((sent.get(collector)?.underWay ?? 0) > 0) return false;
    return nowMs - Math.max(claim.sinceMs, foreignSinceMs.get(collector) ?? nowMs) >= graceMs;
  }

  return {
    useAssignments: (given, nowMs) => {
      assignments = given;
      for (const collector of new Set([...given.keys(), ...foreignSinceMs.keys()])) {
        if (isOwn(collector)) {
          foreignSinceMs.delete(collector);
          keep(collector);
        } else if (!foreignSinceMs.has(collector)) foreignSinceMs.set(collector, nowMs);
      }
    },
    sawClaim: (collector, claimant, nowMs) => {
      const known = claims.get(collector);
      if (known?.gateway !== claimant) claims.set(collector, { gateway: claimant, sinceMs: nowMs });
      if (claimant === gateway) keep(collector);
      const own = sent.get(collector);
      if (claimant === gateway && own !== undefined && own.underWay > 0) own.underWay--;
    },
    claiming: (collector, nowMs) => {
      sent.set(collector, { underWay: (sent.get(collector)?.underWay ?? 0) + 1, atMs: nowMs });
    },
    forgetClaims: () => {
      claims.clear();
      sent.clear();
    },
    takes: (collector, nowMs) => !isReleased(collector, nowMs),
    keeps: (collector, nowMs) => (takesUnassigned || kept.has(collector)) && !isReleased(collector, nowMs),
    wanted: (nowMs) => [...kept].filter((collector) => !isReleased(collector, nowMs)),
    unwanted: (nowMs) => {
      if (takesUnassigned)
        return [...assignments].flatMap(([collector, owner]) => (owner === gateway ? collector : []));
      return [...claims.keys()].filter((collector) => isReleased(collector, nowMs));
    },
    unclaimed: (nowMs) =>
      [...new Set([...assignments.keys(), ...claims.keys()])].filter((collector) => {
        if (!isOwn(collector)) return false;
        const claim = claims.get(collector);
        // The unassigned come by a wildcard that was always there: only what another has claimed must be claimed back.
        const needsClaim = assignments.get(collector) === gateway || claim !== undefined;
        const lastMs = sent.get(collector)?.atMs ?? Number.NEGATIVE_INFINITY;
        return needsClaim && claim?.gateway !== gateway && nowMs - lastMs >= graceMs;
      }),
  };
}
