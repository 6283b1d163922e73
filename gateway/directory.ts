import type { Medium } from '../domain/quantity.ts';

/** A meter as the gateway knows it. */
export interface DirectoryMeter {
  id: string;
  collectorId: string;
  medium: Medium;
  /** The unit of its register where a message names none. */
  registerUnit: string;
}

/** Who may publish and what is registered: the gateway's copy of the registry, plain data. */
export interface DirectorySnapshot {
  /** `gateway` takes the collector's messages from an external broker; none where left out. */
  collectors: { id: string; tokenHash: string; gateway?: string | null }[];
  /** Users that may read alerts, of all institutions or of those given. */
  readers: { id: string; tokenHash: string; institutions: 'all' | string[] }[];
  meters: DirectoryMeter[];
}

/** The gateway's copy of the registry, replaced as a whole when the registry changes. */
export interface Directory {
  /** SHA-256 of the token of a user of the broker, hex. */
  tokenHashOf(user: string): string | undefined;
  /** The institutions whose alerts a reader may read; undefined for a collector. */
  readableBy(user: string): 'all' | ReadonlySet<string> | undefined;
  meter(id: string): DirectoryMeter | undefined;
  /** Every collector with the gateway that it is assigned to, undefined for none. */
  assignments(): ReadonlyMap<string, string | undefined>;
  replace(snapshot: DirectorySnapshot): void;
}

/** An empty directory. */
export function createDirectory(): Directory {
  let hashes = new Map<string, string>();
  let readers = new Map<string, 'all' | ReadonlySet<string>>();
  let meters = new Map<string, DirectoryMeter>();
  let assignments = new Map<string, string | undefined>();
  return {
    tokenHashOf: (user) => hashes.get(user),
    readableBy: (user) => readers.get(user),
    meter: (id) => meters.get(id),
    assignments: () => assignments,
    replace: (snapshot) => {
      assignments = new Map(snapshot.collectors.map(({ id, gateway }) => [id, gateway ?? undefined]));
      const users = [...snapshot.collectors, ...snapshot.readers];
      hashes = new Map(users.map((user) => [user.id, user.tokenHash]));
      readers = new Map(
        snapshot.readers.map(({ id, institutions }) => [
          id,
          institutions === 'all' ? institutions : new Set(institutions),
        ]),
      );
      meters = new Map(snapshot.meters.map((meter) => [meter.id, meter]));
    },
  };
}
