import { Readable } from 'node:stream';

import type { Client, Subscription } from 'aedes';

import { createOutgoingQueue, type OutgoingPacket, type OutgoingQueue } from './outgoing-queue.ts';
import { createRetained, type RetainedPacket } from './retained.ts';
import { hasWildcard, matchesFilter } from './topic-filter.ts';

/** What {@link createMemorySessions} needs. */
export interface SessionOptions {
  /** The user behind a client that has logged in. */
  userOf(client: Client): string | undefined;
  isGranted(client: Client, filter: string): boolean;
  mayReceive(client: Client, topic: string): boolean;
  /** Of the messages that wait for a session. */
  maxQueued: number;
  /** Sessions of a user that outlive their connection; the oldest makes room. */
  maxSessionsPerUser: number;
  /** Told of each message that a full queue did not keep. */
  onDropped(): void;
}

interface Session {
  user: string;
  filters: Map<string, Subscription>;
  queue: OutgoingQueue;
}

interface Match {
  clientId: string;
  topic: string;
}

type Named = Pick<Client, 'id'>;
type WithId = { messageId?: number };

// Without a stack trace: it is the ordinary answer to every QoS 2 message.
const NOT_HELD = Object.freeze({ message: 'no such packet' });

/**
 * What aedes keeps of clients beyond a packet (its "persistence", by the interface of aedes-persistence): in memory,
 * for one process, bounded for each user. aedes' own keeps every QoS 2 message until it is released, entries of
 * clients that are gone, and filters that were refused.
 *
 * Ids of QoS 2 messages are not kept at all. They would be known after the message was appended to the spool, so a
 * repetition could not be left out; and to leave one out before, trusting its id, could acknowledge a message that
 * nobody has. A repetition is recognised behind the spool, as with QoS 1.
 */
export function createMemorySessions(options: SessionOptions) {
  const sessions = new Map<string, Session>();
  const idsOfUser = new Map<string, Set<string>>();
  // Filter to ids of sessions: the one topic of most filters is found at once, patterns are few.
  const exact = new Map<string, Set<string>>();
  const patterns = new Map<string, Set<string>>();
  const wills = new Map<string, object>();
  const retained = createRetained();

  const tableOf = (filter: string): Map<string, Set<string>> => (hasWildcard(filter) ? patterns : exact);

  function link(filter: string, id: string): void {
    const ids = tableOf(filter).get(filter);
    if (ids === undefined) tableOf(filter).set(filter, new Set([id]));
    else ids.add(id);
  }

  function unlink(filter: string, id: string): void {
    const ids = tableOf(filter).get(filter);
    ids?.delete(id);
    if (ids?.size === 0) tableOf(filter).delete(filter);
  }

  function forget(id: string): void {
    const session = sessions.get(id);
    if (session === undefined) return;
    sessions.delete(id);
    for (const filter of session.filters.keys()) unlink(filter, id);
    const ids = idsOfUser.get(session.user)!;
    ids.delete(id);
    if (ids.size === 0) idsOfUser.delete(session.user);
  }

  function sessionOf(client: Client, user: string): Session {
    const known = sessions.get(client.id);
    if (known?.user === user) return known;
    // The id has changed hands: what was waiting for its former user is nobody else's.
    forget(client.id);
    const ids = idsOfUser.get(user) ?? new Set();
    const [oldest] = ids;
    if (ids.size >= options.maxSessionsPerUser) forget(oldest!);
    idsOfUser.set(user, ids.add(client.id));
    const session = { user, filters: new Map(), queue: createOutgoingQueue(options.maxQueued) };
    sessions.set(client.id, session);
    return session;
  }

  function* matches(topic: string): Generator<Match> {
    for (const clientId of exact.get(topic) ?? []) yield { clientId, topic };
    for (const [filter, ids] of patterns) {
      if (matchesFilter(filter, topic)) for (const clientId of ids) yield { clientId, topic: filter };
    }
  }

  function enqueue(ids: Iterable<string>, packet: OutgoingPacket): void {
    for (const id of ids) {
      if (sessions.get(id)?.queue.add(packet) === false) options.onDropped();
    }
  }

  return {
    setup: async (): Promise<void> => undefined,

    addSubscriptions: async (client: Client, subscriptions: readonly Subscription[]): Promise<void> => {
      const user = options.userOf(client);
      if (user === undefined) return;
      const session = sessionOf(client, user);
      for (const subscription of subscriptions) {
        // aedes hands over the whole SUBSCRIBE, what was refused included: an entry of it would gather messages.
        if (!options.isGranted(client, subscription.topic)) continue;
        session.filters.set(subscription.topic, subscription);
        if (subscription.qos > 0) link(subscription.topic, client.id);
        else unlink(subscription.topic, client.id);
      }
    },
    removeSubscriptions: async ({ id }: Named, filters: readonly string[]): Promise<void> => {
      for (const filter of filters) {
        if (sessions.get(id)?.filters.delete(filter) === true) unlink(filter, id);
      }
    },
    subscriptionsByClient: async ({ id }: Named) => [...(sessions.get(id)?.filters.values() ?? [])],
    subscriptionsByTopic: async (topic: string) => [...matches(topic)],
    cleanSubscriptions: async ({ id }: Named): Promise<void> => forget(id),

    outgoingEnqueue: async ({ clientId }: { clientId: string }, packet: OutgoingPacket): Promise<void> =>
      enqueue([clientId], packet),
    outgoingEnqueueCombi: async (found: readonly Match[], packet: OutgoingPacket): Promise<void> =>
      // A message goes once to a session, however many of its filters it matches.
      enqueue(new Set(found.map(({ clientId }) => clientId)), packet),
    outgoingUpdate: async ({ id }: Named, packet: OutgoingPacket): Promise<void> =>
      sessions.get(id)?.queue.update(packet),
    outgoingClearMessageId: async ({ id }: Named, { messageId }: WithId) =>
      messageId === undefined ? undefined : sessions.get(id)?.queue.remove(messageId),
    outgoingStream: (client: Client): Readable => {
      const waiting = sessions
        .get(client.id)
        ?.queue.keep(({ topic }) => topic === undefined || options.mayReceive(client, topic));
      return Readable.from(waiting ?? []);
    },

    // oxlint-disable-next-line typescript/prefer-promise-reject-errors
    incomingGetPacket: (): Promise<never> => Promise.reject(NOT_HELD),
    incomingStorePacket: async (): Promise<void> => undefined,
    incomingDelPacket: async (): Promise<void> => undefined,

    storeRetained: async (packet: RetainedPacket): Promise<void> => retained.store(packet),
    createRetainedStreamCombi: (filters: readonly string[]): Readable => Readable.from(retained.matching(filters)),

    putWill: async ({ id }: Named, will: object): Promise<void> => void wills.set(id, will),
    delWill: async ({ id }: Named): Promise<void> => void wills.delete(id),
    // Wills of other brokers that died: there is no other.
    streamWill: (): Readable => Readable.from([]),
  };
}
