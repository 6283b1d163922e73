import type { EventEmitter } from 'node:events';

import type { AedesPublishPacket, AuthenticateError, Client } from 'aedes';

import { messageOf } from '../../domain/errors.ts';
import type { Directory } from '../directory.ts';
import type { HeardCollector } from '../heard/note-heard-collectors.ts';
import { createReceiptTimes } from '../receipt-times.ts';
import type { Spool } from '../spool/open-spool.ts';
import { routeOf } from '../topic.ts';
import { mayReceive, maySubscribe } from './acl.ts';
import { createAcceptor } from './accept.ts';
import { admit } from './admit.ts';
import type { ClientOwners } from './client-owners.ts';
import { createConnections, type Connection } from './connections.ts';
import { drainOut } from './drain-out.ts';
import {
  DEFAULT_LIMITS,
  MAX_CLIENT_ID_CHARACTERS,
  MAX_SUBSCRIPTIONS,
  MAX_UNSENT_BYTES,
  type BrokerLimits,
} from './limits/broker-limits.ts';
import { createUserRates } from './limits/user-rates.ts';
import { listen, type Listener } from './listen.ts';
import { NOWHERE, QuietAedes } from './quiet-aedes.ts';
import { breachOf, createRefusals, type Refusal, type RefusalReason } from './refusals.ts';
import { createMemorySessions } from './sessions/memory-sessions.ts';
import { openTlsContext, type TlsContext } from './tls-context.ts';

/** What {@link openBroker} needs. */
export interface BrokerOptions {
  host: string;
  port: number;
  /** A second listener that speaks TLS 1.2 or newer; the files are read again when they have changed. */
  tls?: { port: number; certFile: string; keyFile: string } | undefined;
  /** Those left out are {@link DEFAULT_LIMITS}. */
  limits?: Partial<BrokerLimits>;
  /** The collector that clients without user name and password speak for, from loopback addresses only. */
  anonymousAs?: string | undefined;
  /** Without a trailing slash, e.g. `energy/v1`. */
  baseTopic: string;
  spool: Spool;
  directory: Directory;
  owners: ClientOwners;
  now(): number;
  /** Milliseconds of a clock that is never set; the process's own where left out. */
  elapsedMs?: () => number;
  /** Told of some refusals, of all in a quiet hour; {@link BrokerStatus} counts all. */
  onRefused(event: Refusal): void;
  /** Told of each attempt to log in by a user that nobody registered and that might be. */
  onStranger?(stranger: HeardCollector): void;
  /** Told in a sentence what an operator has to look at. */
  onProblem?(message: string): void;
}

/** Counters of the broker; they only rise, but for `connections`. */
export interface BrokerStatus {
  /** Clients logged in. */
  connections: number;
  received: number;
  acknowledged: number;
  /** Messages that were taken and not put on disk: the disk was full or failed, and nobody was told that they were. */
  dropped: number;
  refusedConnections: number;
  /** What was refused or cut off, by reason; reasons that did not occur are left out. */
  refused: Partial<Record<RefusalReason, number>>;
  /** Time that users were held back for sending too fast, the sum of all. */
  throttledMs: number;
  /** Messages for a session that was away and whose queue was full. */
  undelivered: number;
}

/** The embedded MQTT broker, listening. */
export interface Broker {
  readonly port: number;
  /** Of the listener that speaks TLS; undefined where there is none. */
  readonly tlsPort: number | undefined;
  status(): BrokerStatus;
  /** Publishes on behalf of the platform, at QoS 1; an empty retained payload clears the topic. */
  publish(topic: string, payload: string, retain: boolean): Promise<void>;
  /** What the collector last said on its status topic, its last will included; undefined since the broker was opened. */
  statusOf(collector: string): string | undefined;
  /** The directory was replaced: who has no right to be connected any more is cut off, readers read what they now may. */
  directoryChanged(): void;
  /** Reads the certificate again where its files have changed; every minute it does so by itself. */
  refreshTls(): Promise<void>;
  /** Takes nothing more, acknowledges what is on disk, ends the connections. */
  close(): Promise<void>;
}

/** What the broker sets of aedes beside its hooks. */
export const BROKER_LIMITS = {
  maxClientsIdLength: MAX_CLIENT_ID_CHARACTERS,
  // The most that aedes takes; a deeper topic is a broken client's, and costs it the connection.
  maxTopicLevels: 100,
} as const;

const MAX_STATUS_BYTES = 64;
/** What waits for a session that is away. */
const MAX_QUEUED = 1000;
const MAX_SESSIONS_PER_USER = 100;

/**
 * Opens the broker. A publish at QoS 1 or 2 is acknowledged only after its bytes are in the spool, on disk:
 * `authorizePublish` is the one hook that runs before PUBACK. Throws PlatformError `port-busy`, `config-invalid`.
 */
export async function openBroker(options: BrokerOptions): Promise<Broker> {
  const { baseTopic, spool, directory } = options;
  const elapsedMs = options.elapsedMs ?? (() => performance.now());
  const limits: BrokerLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const receiptTime = createReceiptTimes(() => options.now());
  const connectionOf = new WeakMap<Client, Connection>();
  const refusals = createRefusals((event) => options.onRefused(event), elapsedMs);
  const connections = createConnections(limits, elapsedMs, () =>
    refusals.note('no-connect', { clientId: '', username: '' }),
  );
  const counters = { received: 0, acknowledged: 0, dropped: 0, throttledMs: 0, undelivered: 0 };
  const rates = createUserRates({
    messagesPerS: limits.maxMessagesPerS,
    bytesPerS: limits.maxBytesPerS,
    elapsedMs,
    onThrottled: (ms) => (counters.throttledMs += ms),
  });
  const mayClientReceive = (client: Client, topic: string): boolean => {
    const principal = connectionOf.get(client)?.principal;
    return principal !== undefined && mayReceive(principal, topic, baseTopic);
  };

  const aedes = new QuietAedes({
    ...BROKER_LIMITS,
    maxTopicLevels: limits.maxTopicLevels,
    // The gate's own comes first, and counts it.
    connectTimeout: 2 * limits.connectTimeoutMs,
    persistence: createMemorySessions({
      userOf: (client) => connectionOf.get(client)?.principal?.id,
      isGranted: (client, filter) => connectionOf.get(client)?.filters.has(filter) === true,
      mayReceive: mayClientReceive,
      maxQueued: MAX_QUEUED,
      maxSessionsPerUser: MAX_SESSIONS_PER_USER,
      onDropped: () => counters.undelivered++,
    }),

    preConnect: (client, packet, done) => {
      connectionOf.get(client)!.hasMadeUpId = packet.clientId === '';
      done(null, true);
    },

    authenticate: (client, username, password, done) => {
      const refuse = (reason: RefusalReason): void => {
        refusals.note(reason, { clientId: client.id, username: username ?? '' });
        done(refusal(RETURN_CODES[reason] ?? 4, reason), false);
      };
      logIn(client, username, password).then(
        (reason) => (reason === undefined ? done(null, true) : refuse(reason)),
        () => refuse('unavailable'),
      );
    },

    authorizePublish: (client, packet, done) => {
      const connection = client === null ? undefined : connectionOf.get(client);
      const principal = connection?.principal;
      if (connection === undefined || principal === undefined) return done(new Error('BUG: a publish in no name'));
      const source = principal.id;
      if (
        principal.kind === 'collector' &&
        packet.topic === `${baseTopic}/${source}/status` &&
        packet.payload.length <= MAX_STATUS_BYTES
      ) {
        return done();
      }
      // An error here would close the socket, and a persistent client would send the same again for ever:
      // whatever it is, it is kept, acknowledged, and sorted out behind the spool.
      counters.received++;
      connection.inFlight++;
      const { topic } = packet;
      const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
      toNowhere(packet);
      spool.append({ receivedAtMs: receiptTime(topic), source, topic, payload }, connection.isAbandoned).then(
        () => {
          counters.acknowledged++;
          connection.inFlight--;
          done();
        },
        (error: Error) => {
          counters.dropped++;
          connection.inFlight--;
          done(error);
        },
      );
    },

    authorizeSubscribe: (client, subscription, done) => {
      const { principal, filters } = connectionOf.get(client)!;
      const filter = subscription.topic;
      const hasRoom = filters.size < MAX_SUBSCRIPTIONS || filters.has(filter);
      const allowed = hasRoom && principal !== undefined && maySubscribe(principal, filter, baseTopic);
      if (allowed) filters.add(filter);
      else refusals.note('subscription', { clientId: client.id, username: principal?.id ?? '' });
      // No subscription at all answers SUBACK 0x80 and leaves the client connected.
      done(null, allowed ? subscription : null);
    },

    authorizeForward: (client, packet) => {
      if (!mayClientReceive(client, packet.topic)) return null;
      const { stream, principal } = connectionOf.get(client)!;
      if (stream.writableLength <= MAX_UNSENT_BYTES) return packet;
      if (!stream.destroyed) refusals.note('too-slow', { clientId: client.id, username: principal!.id });
      stream.destroy();
      return null;
    },
  });
  await aedes.listen();
  aedes.on('unsubscribe', (filters, client) => {
    for (const filter of filters) connectionOf.get(client)?.filters.delete(filter);
  });
  const onBroken = (client: Client, error: Error): void => {
    const reason = breachOf(error);
    const connection = connectionOf.get(client);
    if (reason === undefined) return;
    refusals.note(reason, { clientId: connection?.clientId ?? '', username: connection?.principal?.id ?? '' });
  };
  aedes.on('clientError', onBroken);
  aedes.on('connectionError', onBroken);
  (aedes as EventEmitter).on('error', (error: unknown) => options.onProblem?.(`The broker: ${messageOf(error)}`));

  async function logIn(
    client: Client,
    username: string | undefined,
    password: Uint8Array | undefined,
  ): Promise<RefusalReason | undefined> {
    const connection = connectionOf.get(client)!;
    connection.clientId = client.id;
    const { hasMadeUpId } = connection;
    const address = connection.stream.remoteAddress ?? '';
    const admission = await admit(
      { clientId: client.id, hasMadeUpId, isCleanSession: client.clean, username, password, address },
      { directory, owners: options.owners, anonymousAs: options.anonymousAs },
    );
    if (!admission.ok) {
      if (admission.isStranger === true) {
        const clientId = client.id.slice(0, MAX_CLIENT_ID_CHARACTERS);
        options.onStranger?.({ name: username!, atMs: options.now(), clientId, address });
      }
      return admission.reason;
    }
    // It has gone meanwhile, and must not put out who has the id now.
    if (connection.stream.destroyed) return 'unavailable';
    connection.tokenHash = admission.tokenHash;
    const reason = connections.logIn(connection, admission.principal);
    if (reason === undefined) connection.gate.open(rates.of(admission.principal.id));
    return reason;
  }

  const collectorStatus = new Map<string, string>();
  await new Promise<void>((resolve) => {
    const remember = (packet: AedesPublishPacket, next: () => void): void => {
      const route = routeOf(packet.topic, baseTopic);
      if (route.kind === 'status') collectorStatus.set(route.collector, packet.payload.toString());
      next();
    };
    aedes.subscribe(`${baseTopic}/+/status`, remember, resolve);
  });

  const accept = createAcceptor({
    limits,
    connections,
    refusals,
    handle: (stream) => aedes.handle(stream),
    onAccepted: (client, connection) => connectionOf.set(client, connection),
  });

  const listeners: Listener[] = [];
  let context: TlsContext | undefined;
  let tlsPort: number | undefined;
  const closeListeners = async (): Promise<void> => {
    context?.close();
    await Promise.all(listeners.map((listener) => listener.close()));
  };
  try {
    const plain = { host: options.host, port: options.port, protocol: 'MQTT', setting: 'MQTT_PORT' } as const;
    listeners.push(await listen(plain, (socket) => accept(socket)));
    if (options.tls !== undefined) {
      const { port, ...files } = options.tls;
      context = await openTlsContext({ ...files, onProblem: (message) => options.onProblem?.(message) });
      const overTls = { host: options.host, port, protocol: 'MQTT over TLS', setting: 'MQTT_TLS_PORT' } as const;
      const listener = await listen(overTls, (socket) => accept(socket, context));
      tlsPort = listener.port;
      listeners.push(listener);
    }
  } catch (error) {
    await Promise.all([closeListeners(), new Promise<void>((resolve) => aedes.close(resolve))]);
    throw error;
  }

  return {
    port: listeners[0]!.port,
    tlsPort,
    status: () => ({
      connections: connections.count(),
      refusedConnections: refusals.connections(),
      refused: refusals.counts(),
      ...counters,
    }),
    statusOf: (collector) => collectorStatus.get(collector),
    publish: (topic, payload, retain) =>
      new Promise((resolve, reject) => {
        const packet = { cmd: 'publish', topic, payload, retain, qos: 1, dup: false } as AedesPublishPacket;
        aedes.publish(packet, (error) => (error ? reject(error) : resolve()));
      }),
    directoryChanged: () => {
      for (const connection of connections.all()) {
        const { principal, tokenHash, stream } = connection;
        if (principal === undefined) continue;
        const standing = directory.tokenHashOf(principal.id);
        if (standing === undefined || (tokenHash !== undefined && tokenHash !== standing)) stream.destroy();
        const institutions = directory.readableBy(principal.id);
        if (principal.kind === 'reader' && institutions !== undefined) {
          connection.principal = { ...principal, institutions };
        }
      }
    },
    refreshTls: async () => context?.refresh(),
    close: async () => {
      const closed = closeListeners();
      for (const { stream, principal } of connections.all()) if (principal === undefined) stream.destroy();
      await drainOut(connections.all(), () => spool.flush());
      await new Promise<void>((resolve) => aedes.close(resolve));
      for (const { stream } of connections.all()) stream.destroy();
      await closed;
    },
  };
}

// Those of the specification (MQTT 3.1.1, 3.2.2.3); the rest is 4: bad user name or password.
const RETURN_CODES: Partial<Record<RefusalReason, 2 | 3>> = {
  'client-id-invalid': 2,
  'connecting-too-often': 3,
  'too-many-connections-of-user': 3,
  unavailable: 3,
};

// Acknowledged all the same, but neither distributed nor retained.
function toNowhere(packet: { topic: string; retain: boolean }): void {
  packet.topic = NOWHERE;
  packet.retain = false;
}

function refusal(returnCode: 2 | 3 | 4, reason: RefusalReason): AuthenticateError {
  return Object.assign(new Error(reason), { returnCode });
}
