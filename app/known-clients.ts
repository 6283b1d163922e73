/** Client ids remembered for one user; the oldest make room, so that random ids do not fill the table. */
const IDS_OF_A_USER = 1000;

/** Which user has which MQTT client ids, in memory. */
export interface KnownClients {
  ownerOf(clientId: string): string | undefined;
  /** From now on it is this user's, and the user's newest. */
  set(clientId: string, username: string): void;
  remove(clientId: string): void;
  /** The oldest ids that must make room where these users get one more for each time that they are named. */
  withoutRoom(coming: Iterable<string>): string[];
  /** Ids with their users. */
  entries(): IterableIterator<[clientId: string, username: string]>;
}

/** Nobody has any. */
export function createKnownClients(): KnownClients {
  const ownerOf = new Map<string, string>();
  /** Of each user, the oldest first. */
  const idsOf = new Map<string, Set<string>>();

  function remove(clientId: string): void {
    idsOf.get(ownerOf.get(clientId) ?? '')?.delete(clientId);
    ownerOf.delete(clientId);
  }

  return {
    ownerOf: (clientId) => ownerOf.get(clientId),
    set: (clientId, username) => {
      remove(clientId);
      ownerOf.set(clientId, username);
      const ids = idsOf.get(username);
      if (ids === undefined) idsOf.set(username, new Set([clientId]));
      else ids.add(clientId);
    },
    remove,
    withoutRoom: (coming) => {
      const counts = new Map<string, number>();
      for (const username of coming) counts.set(username, (counts.get(username) ?? 0) + 1);
      const oldest: string[] = [];
      for (const [username, count] of counts) {
        const ids = idsOf.get(username) ?? new Set<string>();
        oldest.push(...[...ids].slice(0, Math.max(0, ids.size + count - IDS_OF_A_USER)));
      }
      return oldest;
    },
    entries: () => ownerOf.entries(),
  };
}
